package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// `credential import`: the `credentials` object of an openclaw.json.
final class CredentialImportCommand implements Command {
  private static final long LIMIT = 8 << 20;

  @Override
  public CommandSpec describe() {
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
    JsonObject document = read(invocation);
    JsonObject credentials =
        document.members().get("credentials") instanceof JsonObject object ? object : null;
    if (credentials == null) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "the file has no credentials object",
          "give a file such as {credentials: {\"github-api\": {allowedAgents: [\"main\"]}}}");
    }
    JsonObject report = invocation.admin().post("/v1/imports", Map.of("credentials", credentials));
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

  private static JsonObject read(Invocation invocation) throws IOException {
    String name = invocation.argument(0);
    byte[] document;
    if (name.equals("-")) {
      document = invocation.terminal().in().readNBytes((int) LIMIT);
    } else {
      Path file = Path.of(name);
      if (!Files.isRegularFile(file) || Files.size(file) > LIMIT) {
        throw RefusedException.of(
            ErrorCode.NOT_FOUND,
            "there is no file of at most 8 MB of this name",
            "keymantle credential import ~/.openclaw/openclaw.json");
      }
      document = Files.readAllBytes(file);
    }
    try {
      return Json.read(json5(), document) instanceof JsonObject object ? object : JsonObject.EMPTY;
    } catch (JacksonException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "the file is not JSON5 (line " + e.getLocation().getLineNr() + ")",
          "correct that line");
    }
  }

  /// A reader of JSON5 (json5.org) as people write it; duplicate names are refused.
  static TokenStreamFactory json5() {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
        .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
        .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
        .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
        .enable(JsonReadFeature.ALLOW_HEXADECIMAL_NUMBERS)
        .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
        .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
        .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
        .build();
  }
}
