package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// `credential import`: the `credentials` object of an openclaw.json.
final class CredentialImportCommand implements Command {
  /// Bytes; what the broker takes is less.
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
    if (report.objects("imported").isEmpty()) {
      invocation.note("there was nothing to import: the credentials object is empty");
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
      return bounded(invocation.terminal().in());
    }
    // A pipe is as good as a file: <(…) and /dev/stdin are pipes.
    Path file = Path.of(name);
    if (!Files.exists(file) || Files.isDirectory(file)) {
      throw RefusedException.of(
          ErrorCode.NOT_FOUND,
          Files.exists(file) ? "this is a folder" : "there is no file of this name",
          "name the file, such as: keymantle credential import ~/.openclaw/openclaw.json");
    }
    try (InputStream content = Files.newInputStream(file)) {
      return bounded(content);
    }
  }

  private static byte[] bounded(InputStream content) throws IOException {
    byte[] text = content.readNBytes(LIMIT + 1);
    if (text.length > LIMIT) {
      throw RefusedException.of(
          ErrorCode.BODY_TOO_LARGE,
          "the file is longer than " + (LIMIT >> 20) + " MiB",
          "import a file that holds the credentials object only");
    }
    return text;
  }
}
