package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.util.Map;

/// `openclaw protect`: moves a plaintext secret of an openclaw.json to the store.
final class OpenClawProtectCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "openclaw protect", "Move a plaintext secret of an openclaw.json to the store.")
        .details(
            "The broker takes the value out of the file, keeps it as a credential and writes a",
            "reference in its place: env is ${VARIABLE}, ref a SecretRef to the same variable"
                + " where",
            "OpenClaw takes one, token the text <credential:NAME> for headers that the gateway"
                + " writes.")
        .argument(0, "FILE", "The openclaw.json.")
        .argument(1, "PATH", "Path or pointer, as openclaw scan shows it.")
        .option("--as", "KIND", "env (default), ref or token.")
        .option("--name", "NAME", "The credential's name; default: made of the path.")
        .flag("--rotate", "A credential of this name takes the value as its new one.")
        .examples(
            "keymantle openclaw protect openclaw.json models.providers.openai.apiKey --as ref",
            "keymantle openclaw protect openclaw.json mcp.servers.github.env.GITHUB_TOKEN --name"
                + " github-api");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    OpenClawFile file = OpenClawFile.open(invocation);
    String wanted = invocation.argument(1);
    JsonObject finding =
        file.answer().objects("findings").stream()
            .filter(each -> !each.text("pointer").isEmpty())
            .filter(each -> wanted.equals(each.text("path")) || wanted.equals(each.text("pointer")))
            .findFirst()
            .orElseThrow(() -> notFound(file));
    Map<String, Object> body = file.change();
    body.put("pointer", finding.text("pointer"));
    body.put("as", invocation.text("--as").isEmpty() ? "env" : invocation.text("--as"));
    body.put("name", invocation.text("--name"));
    body.put("rotate", invocation.flag("--rotate"));
    JsonObject changed = file.broker().post("/v1/openclaw/protect", body);
    if (invocation.json()) {
      invocation.say(Json.text(changed));
      return ExitStatus.DONE;
    }
    JsonObject created = changed.object("created");
    invocation.say(
        "moved " + finding.text("path") + " to credential " + created.text("credential"));
    for (String command : created.texts("next")) {
      invocation.say("  to make it usable: " + command);
    }
    return ExitStatus.DONE;
  }

  private static RefusedException notFound(OpenClawFile file) {
    return RefusedException.of(
        ErrorCode.NOT_FOUND,
        "no plaintext secret was found at this path",
        "see them with: keymantle openclaw scan " + file.path());
  }
}
