package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Our redaction beside that of the real OpenClaw, with the schema of all its plugins: what it
/// hides is hidden here. Run by `testing/e2e/openclaw`.
class OpenClawRedactionSuite {
  private static final String SENTINEL = "__OPENCLAW_REDACTED__";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Parts of the names of fields, of which OpenClaw's rules take some for secret.
  private static final List<String> WORDS =
      List.of(
          "token",
          "Token",
          "tokens",
          "maxTokens",
          "tokenCount",
          "password",
          "passwordFile",
          "secret",
          "secrets",
          "apiKey",
          "api_key",
          "api-key",
          "APIKEY",
          "encryptKey",
          "privateKey",
          "serviceAccount",
          "serviceAccountRef",
          "localService",
          "env",
          "url",
          "baseUrl",
          "headers",
          "config",
          "accounts",
          "name",
          "port",
          "id",
          "a.b",
          "models",
          "providers",
          "channels",
          "telegram",
          "discord",
          "gateway",
          "auth",
          "hooks",
          "mcp",
          "servers",
          "plugins",
          "entries",
          "remote",
          "proxy",
          "cdpUrl");

  private static final List<String> VALUES =
      List.of(
          "quiet-word",
          "x",
          " ",
          "",
          "${NAME}",
          "${lower}",
          "$NAME",
          "a ${NAME} b",
          "$${NAME}",
          " ${NAME} ",
          "https://user:quiet@host.example/p",
          "https://host.example/p?token=quiet&x=1",
          "https://host.example/p?api_key=quiet",
          "https://quiet@host.example",
          "https://host.example/p",
          "wss://host.example/?access_token=quiet",
          "postgres://u:quiet@db.example/x",
          "42",
          "true",
          "user:quiet@host.example",
          "not a url?token=quiet",
          "/path/to/file");

  @TempDir static Path folder;
  private static KillableBroker broker;
  private static OpenClaw openclaw;
  private static Path file;

  @BeforeAll
  static void start() throws IOException {
    broker = KillableBroker.of(TestHome.made(folder));
    openclaw = new OpenClaw(folder);
    file = openclaw.configuration();
  }

  @AfterAll
  static void stop() {
    openclaw.close();
    broker.close();
  }

  @Test
  void everyCredentialOfTheSchema_isHidden() throws IOException {
    JsonNode paths = openclaw.ask(OpenClaw.question("sensitive"));
    assertThat(paths.size()).isGreaterThan(150);

    List<String> shown = new ArrayList<>();
    for (JsonNode path : paths) {
      ObjectNode configuration = JSON.createObjectNode();
      put(configuration, path.stringValue(), "quiet word");
      shown.addAll(shownOnlyByUs(configuration.toString()));
    }

    assertThat(shown).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ gateway: { auth: { token: 'quiet word', password: 'quiet' } } }",
        "{ secrets: { providers: { x: { source: 'exec', command: '/quiet', args: ['a', '-b'],"
            + " passEnv: ['PATH'] } } } }",
        "{ channels: { googlechat: { serviceAccount: { client_email: 'quiet', private_key: 'quiet',"
            + " n: 1 } } } }",
        "{ x: { serviceAccount: { a: 'quiet', b: { c: ['quiet word'] } } } }",
        "{ models: { providers: { x: { apiKey: { source: 'exec', provider: 'p', id: 'quiet/id' } }"
            + " } } }",
        "{ models: { providers: { x: { apiKey: { source: 'exec', id: 'quiet/id' } } } } }",
        "{ models: { providers: { x: { apiKey: { source: 'exec', provider: 'p', id: 'quiet/id',"
            + " more: 1 } } } } }",
        "{ models: { providers: { x: { apiKey: { source: 'other', provider: 'p', id: 'quiet/id' } }"
            + " } } }",
        "{ models: { providers: { x: { apiKey: 12345678, headers: { 'X-Any': 'quiet word' } } } }"
            + " }",
        "{ models: { providers: { x: { localService: { env: { ANY: 'quiet word' } } } } } }",
        "{ x: { tokens: ['quiet'], apiKeys: ['quiet', ['quiet', { a: 'quiet' }]], maxTokens: ['1']"
            + " } }",
        "{ x: { 'my.secret': 'quiet', secret: { deep: { er: 'quiet' } } } }",
        "{ browser: { cdpUrl: 'https://u:quiet@h.example/?token=quiet' }, x: { url:"
            + " 'https://h.example/?key=quiet' } }",
        "{ mcp: { servers: { x: { url: 'https://h.example/?api_key=quiet', env: { A_TOKEN: 'quiet'"
            + " }, headers: { Authorization: 'quiet' } } } } }",
        "{ channels: { irc: { nickserv: { password: 'quiet' } } }, cron: { webhookToken: 'quiet' },"
            + " hooks: { token: 'quiet' } }",
        "{ skills: { entries: { x: { apiKey: 'quiet', env: { X_SECRET: 'quiet' } } } } }",
      })
  void knownCase_isHidden(String text) throws IOException {
    assertThat(shownOnlyByUs(text)).isEmpty();
  }

  @Test
  void anyFile_isHiddenWhereOpenClawHides() throws IOException {
    Random random = new Random(20261126);
    List<String> shown = new ArrayList<>();
    int hidden = 0;
    for (int i = 0; i < 400; i++) {
      String text = object(random, 0).toString();
      shown.addAll(shownOnlyByUs(text));
      hidden += occurrences(openclaw.ask(OpenClaw.question("redact").put("text", text)).toString());
    }

    assertThat(shown).isEmpty();
    assertThat(hidden).as("values that OpenClaw hides in these files").isGreaterThan(500);
  }

  /// The leaves that OpenClaw hides and we show.
  private static List<String> shownOnlyByUs(String text) throws IOException {
    JsonNode original = openclaw.ask(OpenClaw.question("parse").put("text", text));
    JsonNode theirs = openclaw.ask(OpenClaw.question("redact").put("text", text));
    Files.writeString(file, text);
    String body = JSON.createObjectNode().put("path", file.toString()).toString();
    String redacted = broker.must("POST", "/v1/openclaw/open", body).get("text").stringValue();
    JsonNode ours = openclaw.ask(OpenClaw.question("parse").put("text", redacted));
    List<String> shown = new ArrayList<>();
    compare("", original, theirs, ours, shown);
    return shown;
  }

  private static void compare(
      String path, JsonNode original, JsonNode theirs, JsonNode ours, List<String> shown) {
    if (ours.isString() && ours.stringValue().equals(SENTINEL)) {
      return;
    }
    if (original.isObject()) {
      boolean reference = isReference(original);
      for (String key : original.propertyNames()) {
        if (reference && !key.equals("id")) {
          continue;
        }
        compare(
            path + "/" + key,
            original.get(key),
            theirs.isObject() ? theirs.path(key) : theirs,
            ours.path(key),
            shown);
      }
    } else if (original.isArray()) {
      for (int i = 0; i < original.size(); i++) {
        compare(
            path + "/" + i,
            original.get(i),
            theirs.isArray() ? theirs.path(i) : theirs,
            ours.path(i),
            shown);
      }
    } else if (isValue(original) && !original.equals(theirs)) {
      shown.add(path + " = " + original);
    }
  }

  /// A SecretRef's source and provider are shown here wherever it stands, by OpenClaw only where
  /// its schema takes one.
  private static boolean isReference(JsonNode object) {
    return object.size() == 3
        && object.path("source").asString("").matches("env|file|exec|store")
        && object.path("provider").asString("").matches("[a-z][a-z0-9_-]{0,63}")
        && object.path("id").isString();
  }

  /// Truth values, blank text and references to variables are no secrets.
  private static boolean isValue(JsonNode leaf) {
    return leaf.isNumber()
        || (leaf.isString()
            && !leaf.stringValue().isBlank()
            && !leaf.stringValue().strip().matches("\\$\\{[A-Z_][A-Z0-9_]*}"));
  }

  /// Puts a value at a path of the schema: `*` is any key, `[]` any element.
  private static void put(ObjectNode root, String path, String value) {
    String[] steps = path.replace("[]", ".[]").split("\\.");
    JsonNode at = root;
    for (int i = 0; i < steps.length; i++) {
      boolean last = i == steps.length - 1;
      JsonNode next =
          last
              ? JSON.getNodeFactory().stringNode(value)
              : steps[i + 1].equals("[]") ? JSON.createArrayNode() : JSON.createObjectNode();
      if (at instanceof ArrayNode array) {
        array.add(next);
      } else {
        ((ObjectNode) at).set(steps[i].equals("*") ? "any" : steps[i], next);
      }
      at = next;
    }
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode object = JSON.createObjectNode();
    int members = 1 + random.nextInt(5);
    for (int i = 0; i < members; i++) {
      object.set(one(WORDS, random), value(random, depth));
    }
    return object;
  }

  private static JsonNode value(Random random, int depth) {
    int kind = random.nextInt(depth > 3 ? 5 : 12);
    if (kind < 4) {
      return JSON.getNodeFactory().stringNode(one(VALUES, random));
    }
    if (kind < 5) {
      return JSON.getNodeFactory().numberNode(random.nextInt(100_000));
    }
    if (kind < 9) {
      return object(random, depth + 1);
    }
    if (kind < 10) {
      ObjectNode reference =
          JSON.createObjectNode().put("source", one(List.of("env", "exec", "x"), random));
      return reference.put("provider", "p").put("id", one(VALUES, random));
    }
    ArrayNode array = JSON.createArrayNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      array.add(value(random, depth + 1));
    }
    return array;
  }

  private static <T> T one(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private static int occurrences(String text) {
    return (text.length() - text.replace(SENTINEL, "").length()) / SENTINEL.length();
  }
}
