package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// `credential add`: makes a credential, with its value or the source that has it.
final class CredentialAddCommand implements Command {
  @Override
  public CommandDescription describe() {
    Describe command =
        Describe.command("credential add", "Add a credential, its value from standard input.")
            .details(
                "The value comes from standard input or a prompt without echo, never from an"
                    + " argument;",
                "one line end after it is not part of it. It is sealed to the broker before it"
                    + " leaves",
                "this process. With --source other than store there is no value to type.")
            .argument(0, "NAME", "Its name: a-z, 0-9, '.', '_' and '-'.");
    return CredentialOptions.describe(command)
        .examples(
            "printf %s \"$TOKEN\" | keymantle credential add github-api \\",
            "    --destination https://api.github.com --agents main",
            "keymantle credential add openai --destination https://api.openai.com --source"
                + " env:OPENAI_API_KEY",
            "keymantle credential add db --command /usr/bin/psql --trusts-workdir \\",
            "    --argument -c --argument 'select count(*) from orders' \\",
            "    --deliver env:PGPASSWORD --agents main");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    CredentialName name = new CredentialName(invocation.argument(0));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name.value());
    body.putAll(CredentialOptions.fields(invocation));
    AdminClient broker = invocation.admin();
    String source = invocation.text("--source");
    if (source.isEmpty() || source.equals("store")) {
      body.put(
          "sealed",
          ValueInput.sealed(broker, invocation.terminal(), "Value of " + name, name.value()));
    }
    JsonObject added = broker.post("/v1/credentials", body);
    if (invocation.json()) {
      invocation.say(Json.text(added));
      return ExitStatus.DONE;
    }
    invocation.say("added " + name);
    if (!body.containsKey("bindings")) {
      invocation.note(
          "it has no binding and cannot be used yet; fix: keymantle credential set "
              + name
              + " --destination https://HOST");
    }
    if (!body.containsKey("allowedAgents")) {
      invocation.note(
          "no agent may ask for it yet; fix: keymantle credential set " + name + " --agents main");
    }
    return ExitStatus.DONE;
  }
}
