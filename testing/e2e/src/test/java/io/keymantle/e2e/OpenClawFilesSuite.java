package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What Keymantle's editor has written, read by the real OpenClaw. Run by `testing/e2e/openclaw`.
class OpenClawFilesSuite {
  private static final String VALUE = "sk-filesSuite0123456789abcdefABCDEF";
  private static final String PATH = "models.providers.local.apiKey";
  private static final String TEXT =
      """
      // mine
      {
        models: { providers: { local: {
          baseUrl: 'https://llm.example.test/v1', /* kept */ api: 'openai-completions',
          apiKey: '%s', // the key
          models: [{ id: 'm1', name: 'm1', contextWindow: 32000, maxTokens: 2000, input: ['text'] }],
        } } },
        agents: { defaults: { model: { primary: 'local/m1' } } },
        gateway: { port: 18789, },
      }
      """
          .formatted(VALUE);

  /// Texts that OpenClaw's grammar of variables reads in one way only, none with a reference.
  private static final List<String> LITERALS =
      List.of(
          "plain0123456789",
          "a$${HOME_LIT}b0123456789",
          "$$${HOME_LIT}0123456789",
          "${lower}0123456789",
          "${A:-b}0123456789",
          "${}0123456789",
          "${9A}0123456789",
          "$NAME0123456789",
          "0123456789abc$",
          "0123456789abc$$",
          "0123456789${A",
          "0123456789${a$${B}",
          "$${A}$${B}0123456789",
          "Bearer $${A}0123456789abc",
          "0123456789\\u0024{lower}");

  @TempDir static Path folder;
  private static TestHome home;

  /// Answers what files mean.
  private static OpenClaw reader;

  private OpenClaw openclaw;

  @BeforeAll
  static void start() throws IOException {
    home = TestHome.made(folder);
    home.must("up", "--gateway-port", "0");
    reader = new OpenClaw(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    reader.close();
    home.close();
  }

  @BeforeEach
  void write() throws IOException {
    openclaw = new OpenClaw(folder);
    Files.writeString(openclaw.configuration(), TEXT);
  }

  @Test
  void editedFile_isValid_andSaysWhatWasTyped() throws IOException {
    Result edited =
        home.runWith(
            Map.of("EDITOR", "sed -i s/18789/18790/"),
            "openclaw",
            "edit",
            openclaw.configuration().toString());

    assertThat(edited.status()).as(edited.all()).isZero();
    assertValid();
    assertThat(text()).isEqualTo(TEXT.replace("18789", "18790"));
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(openclaw.configuration())))
        .isEqualTo("rw-------");
  }

  @Test
  void variable_isValid_andOpenClawResolvesItToTheSameFile() throws IOException {
    String variable = protect("env").get("variable").stringValue();

    assertValid();
    assertThat(text()).contains("apiKey: \"${" + variable + "}\"").doesNotContain(VALUE);
    assertThat(resolved(text(), Map.of(variable, VALUE))).isEqualTo(resolved(TEXT, Map.of()));
    assertThat(storeHolds(VALUE)).isTrue();
    assertAudit(variable);
  }

  @Test
  void secretRef_isValid_andOpenClawsProviderResolvesIt() throws IOException {
    String variable = protect("ref").get("variable").stringValue();

    assertValid();
    assertThat(parsed(text()).at("/models/providers/local/apiKey").toString())
        .isEqualTo("{\"source\":\"env\",\"provider\":\"default\",\"id\":\"" + variable + "\"}");
    assertThat(storeHolds(VALUE)).isTrue();
    assertAudit(variable);
  }

  @Test
  void placeOfToken_isValid_andIsThatVeryText() throws IOException {
    String credential = protect("token").get("credential").stringValue();

    assertValid();
    assertThat(parsed(text()).at("/models/providers/local/apiKey").stringValue())
        .isEqualTo("<credential:" + credential + ">");
    assertThat(resolved(text(), Map.of())).isEqualTo(parsed(text()));
    assertThat(storeHolds(VALUE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"env", "ref", "token"})
  void commentsAndEverythingElse_stayAsTheyWere(String as) throws IOException {
    protect(as);

    int begin = TEXT.indexOf("'" + VALUE);
    assertThat(text())
        .startsWith(TEXT.substring(0, begin))
        .endsWith(TEXT.substring(begin + VALUE.length() + 2));
  }

  @Test
  void literalText_movesAsOpenClawReadsIt() throws IOException {
    StringBuilder fields = new StringBuilder("{ models: { providers: {\n");
    for (int i = 0; i < LITERALS.size(); i++) {
      fields
          .append("  p")
          .append(i)
          .append(": { apiKey: '")
          .append(LITERALS.get(i))
          .append("' },\n");
    }
    String text = fields.append("} } }\n").toString();
    Path file = Files.writeString(folder.resolve("literals.json5"), text);
    JsonNode meant = resolved(text, Map.of());
    Map<String, String> variables = new HashMap<>();

    for (int i = 0; i < LITERALS.size(); i++) {
      JsonNode answer =
          home.json(
              "openclaw",
              "protect",
              file.toString(),
              "models.providers.p" + i + ".apiKey",
              "--json");
      String value = meant.at("/models/providers/p" + i + "/apiKey").stringValue();
      variables.put(answer.at("/created/variable").stringValue(), value);
      assertThat(storeHolds(value)).as("the store has " + value).isTrue();
    }

    assertThat(resolved(Files.readString(file), variables)).isEqualTo(meant);
    assertThat(variables).hasSameSizeAs(LITERALS);
    assertThat(resolved(Files.readString(file), Map.of()))
        .as("it is the variables")
        .isNotEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"${NAME}", " ${_N9} ", "${A}${B}0123456789", "sk-0123456789${A}0123456789"})
  void textWithReference_isNoValueOfItsOwn(String text) throws IOException {
    Path file =
        Files.writeString(folder.resolve("reference.json5"), "{ a: { apiKey: '" + text + "' } }");

    Result result = home.run("openclaw", "protect", file.toString(), "a.apiKey");

    assertThat(result.status()).as(result.all()).isNotZero();
    assertThat(
            resolved(Files.readString(file), Map.of("NAME", "x", "_N9", "x", "A", "x", "B", "x"))
                .toString())
        .as("OpenClaw finds a reference in it")
        .contains("x");
  }

  private JsonNode protect(String as) {
    return home.json(
            "openclaw", "protect", openclaw.configuration().toString(), PATH, "--as", as, "--json")
        .get("created");
  }

  private void assertValid() {
    JsonNode validation = openclaw.json(Map.of(), "config", "validate", "--json");
    assertThat(validation.get("valid").booleanValue()).as(validation.toString()).isTrue();
  }

  /// OpenClaw finds no plaintext, resolves the reference when the variable is there, and only then.
  private void assertAudit(String variable) {
    JsonNode with = openclaw.json(Map.of(variable, VALUE), "secrets", "audit", "--json");
    JsonNode without = openclaw.json(Map.of(), "secrets", "audit", "--json");
    assertThat(with.at("/summary/plaintextCount").intValue()).as(with.toString()).isZero();
    assertThat(with.at("/summary/unresolvedRefCount").intValue()).as(with.toString()).isZero();
    assertThat(with.at("/resolution/refsChecked").intValue()).as(with.toString()).isPositive();
    assertThat(without.at("/summary/unresolvedRefCount").intValue())
        .as(without.toString())
        .isPositive();
  }

  private String text() throws IOException {
    return Files.readString(openclaw.configuration());
  }

  private JsonNode parsed(String text) throws IOException {
    return reader.ask(OpenClaw.question("parse").put("text", text));
  }

  private JsonNode resolved(String text, Map<String, String> variables) throws IOException {
    var question = OpenClaw.question("resolve").put("text", text);
    var set = question.putObject("variables");
    variables.forEach(set::put);
    return reader.ask(question);
  }

  private static boolean storeHolds(String value) {
    return !home.mustWithInput(value, "redact").output().contains(value);
  }
}
