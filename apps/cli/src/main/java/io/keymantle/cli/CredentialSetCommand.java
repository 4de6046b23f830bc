package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// `credential set`: changes what a credential is; its value stays.
final class CredentialSetCommand implements Command {
  @Override
  public CommandDescription describe() {
    Describe command =
        ApprovalWait.describe(
                Describe.command("credential set", "Change a credential; its value stays."))
            .details(
                "Only what is given changes. --destination and --command replace all bindings,"
                    + " unless",
                "--add-binding is given. A new value is set by: keymantle credential rotate NAME",
                "Where the credential asks people, so does a change that may widen access to it.")
            .argument(0, "NAME", "The credential.")
            .flag("--add-binding", "Keep the bindings that it has, and add one.")
            .flag("--no-require-totp", "No person confirms each grant any more.")
            .flag("--no-approval", "Nobody has to say yes any more.");
    return CredentialOptions.describe(command)
        .examples(
            "keymantle credential set github-api --agents main,gh-issues --expires-after 30m",
            "keymantle credential set github-api --destination https://uploads.github.com"
                + " --add-binding",
            "keymantle credential set github-api --approve-by passkey --ask-methods"
                + " POST,PUT,PATCH,DELETE");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    CredentialName name = new CredentialName(invocation.argument(0));
    Map<String, Object> changes = CredentialOptions.fields(invocation);
    if (invocation.flag("--no-require-totp")) {
      changes.put("requireTotp", false);
    }
    if (invocation.flag("--no-approval")) {
      if (changes.containsKey("approval")) {
        throw new UsageException("--no-approval with a rule", "give one of them");
      }
      changes.put("approval", List.of());
    }
    if (invocation.flag("--add-binding")) {
      Object bindings = changes.remove("bindings");
      if (bindings == null) {
        throw new UsageException(
            "--add-binding without a binding", "add --destination URL or --command PATH");
      }
      changes.put("addBindings", bindings);
    }
    if (changes.isEmpty()) {
      throw new UsageException(
          "nothing to change was given", "keymantle credential set " + name + " --help");
    }
    AdminClient broker = invocation.admin();
    JsonObject after =
        ApprovalWait.of(invocation, broker)
            .call(() -> broker.call("PATCH", "/v1/credentials/" + name, changes).object());
    invocation.say(invocation.json() ? Json.text(after) : "changed " + name);
    return ExitStatus.DONE;
  }
}
