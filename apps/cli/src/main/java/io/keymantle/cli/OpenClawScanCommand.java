package io.keymantle.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// `openclaw scan`: plaintext secrets in an openclaw.json.
final class OpenClawScanCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("openclaw scan", "Find plaintext secrets in an openclaw.json.")
        .details(
            "Names each by path, why it is taken for one, and what openclaw protect can put in its",
            "place; never a value. The exit status is 1 when there are any.")
        .argument(0, "FILE", "The openclaw.json.")
        .examples(
            "keymantle openclaw scan ~/.openclaw/openclaw.json",
            "keymantle openclaw scan openclaw.json --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    OpenClawFile file = OpenClawFile.open(invocation);
    List<JsonObject> findings = file.answer().objects("findings");
    if (invocation.json()) {
      invocation.say(Json.text(Map.of("path", file.path().toString(), "findings", findings)));
    } else if (findings.isEmpty()) {
      invocation.say("no plaintext secret found");
    } else {
      Table table = new Table("PATH", "WHY", "LENGTH", "PROTECT AS");
      for (JsonObject finding : findings) {
        List<String> protections = finding.texts("protections");
        table.row(
            finding.text("path"),
            finding.text("why"),
            finding.text("length"),
            protections.isEmpty() ? "by hand" : String.join(", ", protections));
      }
      table.print(invocation.terminal().out());
    }
    return findings.isEmpty() ? ExitStatus.DONE : ExitStatus.REFUSED;
  }
}
