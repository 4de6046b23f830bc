package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `credential import`: secrets that a person has elsewhere.
final class CredentialImportCommand implements Command {
  /// Bytes; what the broker takes is less.
  private static final int LIMIT = 8 << 20;

  @Override
  public CommandDescription describe() {
    Describe command =
        Describe.command("credential import", "Move secrets in that you have elsewhere.")
            .details(
                "Without --from, FILE is an openclaw.json (JSON5) whose credentials object is"
                    + " imported: all of it, or",
                "none. With --from, each secret that is found becomes a credential named after its"
                    + " place:",
                "  dotenv     the variables of PLACE, a file; - reads standard input",
                "  openclaw   the plaintext secrets of PLACE, an openclaw.json, and its credentials"
                    + " object",
                "  vault, aws-sm, 1password, kubernetes, and any other source that was set up, by"
                    + " its name or kind:",
                "             the items whose names begin with PLACE",
                "Nothing is taken away where it was. A name that is taken already is skipped, and"
                    + " said to be. The options",
                "that say where a credential may go and who may use it hold for all that is"
                    + " imported. Look first with",
                "--dry-run, which shows names only.")
            .optionalArgument(0, "PLACE", "The file, or what the items' names begin with.")
            .option("--from", "KIND", "What to import from.")
            .flag("--dry-run", "Only say what would be imported: names, never values.")
            .commaOptions("--only", "A,B", "Only credentials of these names; * is any text.")
            .option("--prefix", "TEXT", "Put before every name.")
            .flag("--link", "Leave the values in their source; read them there when they are used.")
            .flag("--split", "One credential for each member of a value that is a JSON object.")
            .flag(
                "--whole",
                "One credential for each item, also where a source's items have many"
                    + " fields (vault, kubernetes, 1password).");
    return CredentialOptions.describeRules(command)
        .examples(
            "keymantle credential import ~/.openclaw/openclaw.json",
            "keymantle credential import --from dotenv ~/.openclaw/.env --dry-run",
            "keymantle credential import --from dotenv .env --only 'openai-*' --agents main \\",
            "    --destination https://api.openai.com",
            "keymantle credential import --from vault secret/team/ --link --agents main");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String from = invocation.text("--from");
    if (from.isEmpty()) {
      requireCredentialsObjectOnly(invocation);
      return new ImportOutcome(invocation)
          .add(
              invocation
                  .admin()
                  .send("POST", "/v1/imports", "application/json5", read(invocation))
                  .object())
          .end();
    }
    ImportOutcome outcome = new ImportOutcome(invocation);
    Map<String, Object> fields = CredentialOptions.fields(invocation);
    switch (from) {
      case "dotenv" -> new DotenvImport(invocation, fields).run(read(invocation), outcome);
      case "openclaw" -> openclaw(invocation, fields, outcome);
      default -> new SourceImport(invocation, fields).run(from, outcome);
    }
    return outcome.end();
  }

  private static void requireCredentialsObjectOnly(Invocation invocation) {
    for (String option :
        List.of("--dry-run", "--only", "--prefix", "--link", "--split", "--whole", "--agents")) {
      if (invocation.has(option)) {
        throw new UsageException(
            option + " goes with --from", "say what FILE is: --from openclaw or --from dotenv");
      }
    }
    if (!CredentialOptions.fields(invocation).isEmpty()) {
      throw new UsageException(
          "the file itself says what its credentials may do", "add --from openclaw");
    }
  }

  private static void openclaw(
      Invocation invocation, Map<String, Object> fields, ImportOutcome outcome) throws IOException {
    Map<String, Object> body = ImportOutcome.terms(invocation, fields);
    Path file = Path.of(place(invocation)).toAbsolutePath().normalize();
    body.put("path", file.toString());
    outcome.add(invocation.admin().post("/v1/imports/openclaw", body));
    Path environment = file.resolveSibling(".env");
    if (Files.exists(environment)) {
      invocation.note(
          "OpenClaw reads "
              + environment
              + " too; see: keymantle credential import --from dotenv "
              + environment
              + " --dry-run");
    }
  }

  private static String place(Invocation invocation) {
    List<String> place = invocation.arguments(0);
    if (place.isEmpty()) {
      throw new UsageException(
          "the file is missing",
          "keymantle credential import --from openclaw ~/.openclaw/openclaw.json");
    }
    return place.getFirst();
  }

  private static byte[] read(Invocation invocation) throws IOException {
    String name = place(invocation);
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
          "import a file that holds the credentials only");
    }
    return text;
  }
}
