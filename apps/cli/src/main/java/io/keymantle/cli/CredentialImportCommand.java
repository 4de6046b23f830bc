package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `credential import`: the `credentials` object of an openclaw.json.
final class CredentialImportCommand implements Command {
  private static final int LIMIT = 8 << 20;

  @Override
  public CommandDescription describe() {
    return Describe.command(
            "credential import", "Import the credentials object of an openclaw.json (JSON5).")
        .details(
            "Takes allowedAgents, requireTotp and expiresAfter, and Keymantle's own fields beside",
            "them (source, uses, bindings). All credentials are imported, or none.")
        .argument(0, "FILE", "The openclaw.json; - reads standard input.")
        .examples("keymantle credential import ~/.openclaw/openclaw.json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject report =
        invocation
            .admin()
            .send("POST", "/v1/imports", "application/json5", read(invocation))
            .object();
    if (invocation.json()) {
      invocation.say(Json.text(report));
      return ExitStatus.DONE;
    }
    for (JsonObject imported : report.objects("imported")) {
      invocation.say("imported " + imported.text("name"));
      for (String command : imported.texts("mend")) {
        invocation.say("  to make it usable: " + command);
      }
    }
    return ExitStatus.DONE;
  }

  private static byte[] read(Invocation invocation) throws IOException {
    String name = invocation.argument(0);
    if (name.equals("-")) {
      return invocation.terminal().in().readNBytes(LIMIT);
    }
    Path file = Path.of(name);
    if (!Files.isRegularFile(file) || Files.size(file) > LIMIT) {
      throw RefusedException.of(
          ErrorCode.NOT_FOUND,
          "there is no file of at most 8 MB of this name",
          "keymantle credential import ~/.openclaw/openclaw.json");
    }
    return Files.readAllBytes(file);
  }
}
