package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// `credential show`: what a credential is, never its value.
final class CredentialShowCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("credential show", "Show what a credential is; never its value.")
        .argument(0, "NAME", "The credential.")
        .examples(
            "keymantle credential show github-api", "keymantle credential show github-api --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    CredentialName name = new CredentialName(invocation.argument(0));
    JsonObject credential = invocation.admin().get("/v1/credentials/" + name);
    if (invocation.json()) {
      invocation.say(Json.text(credential));
      return ExitStatus.DONE;
    }
    Map<String, Object> members = new LinkedHashMap<>(credential.members());
    members.remove("bindings");
    Table table = new Table("credential", name.value());
    members.forEach(
        (key, value) -> table.row(key, value instanceof String text ? text : Json.text(value)));
    table.print(invocation.terminal().out());
    for (JsonObject binding : credential.objects("bindings")) {
      invocation.say("binding");
      binding
          .members()
          .forEach((key, value) ->
              invocation.say(
                  "  " + key + ": " + (value instanceof String text ? text : Json.text(value))));
    }
    return ExitStatus.DONE;
  }
}
