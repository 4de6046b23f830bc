package io.keymantle.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `source set`: says how a source outside the home is reached.
final class SourceSetCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("source set", "Say how a source outside the home is reached.")
        .details(
            "NAME is what references call it: after keymantle source set vault-prod --kind vault,"
                + " a credential's",
            "value may be vault-prod:secret/app#password. What is set replaces all that was set"
                + " before. What the",
            "source logs in with is a credential of the built-in store that has no bindings;"
                + " --login names it.")
        .argument(0, "NAME", "Its name in references.")
        .option("--kind", "KIND", "Which source it is; the name itself unless given.")
        .options("--setting", "KEY=VALUE", "One of its settings; none of them is a secret.")
        .options("--login", "KEY=CREDENTIAL", "What it logs in with.")
        .examples(
            "keymantle source set vault --setting address=https://vault.example.com:8200"
                + " --setting auth=kubernetes --setting role=keymantle",
            "keymantle source set vault-prod --kind vault --setting"
                + " address=https://vault.example.com:8200 --login token=vault-token");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String name = invocation.argument(0);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("kind", invocation.has("--kind") ? invocation.text("--kind") : name);
    body.put("settings", pairs("--setting", invocation.texts("--setting")));
    body.put("logins", pairs("--login", invocation.texts("--login")));
    JsonObject answer = invocation.admin().call("PUT", "/v1/sources/" + name, body).object();
    invocation.say(
        invocation.json() ? Json.text(answer) : "set; try it with: keymantle source test " + name);
    return ExitStatus.DONE;
  }

  private static Map<String, Object> pairs(String option, List<String> texts) {
    Map<String, Object> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1 || pairs.put(text.substring(0, equals), text.substring(equals + 1)) != null) {
        throw new UsageException(
            option + " is KEY=VALUE, each key once", option + " address=https://…");
      }
    }
    return pairs;
  }
}
