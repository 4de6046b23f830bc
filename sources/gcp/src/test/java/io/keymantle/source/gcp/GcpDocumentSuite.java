package io.keymantle.source.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.testkit.PrismProxy;
import io.keymantle.testkit.SourceContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The source and its [FakeGcp], both held to Secret Manager's OpenAPI document while they keep the
/// contract. Run by `testing/e2e/providers`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GcpDocumentSuite extends SourceContract {
  /// The document says nothing of errors; those are held to Google's page on them by [FakeGcp]
  /// alone.
  private static final String ERRORS_ARE_NOT_IN_IT = "Unable to match the returned status code";

  private FakeGcp gcp;
  private PrismProxy prism;
  private SecretSource source;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    gcp = new FakeGcp(Optional.empty());
    prism =
        new PrismProxy(
            gcp.address(), "googleapis.com/secretmanager.json", GcpDocumentSuite::amended, folder);
    String key = GcpCredentials.key(gcp, Map.of());
    source =
        new GcpSecretManagerSource(
            new SourceSettings(
                "gcp",
                Map.of(
                    "endpoint", prism.address().toString(),
                    "login-address", gcp.address().toString()),
                Map.of(
                    "credentials",
                    () -> SecretBytes.adopt("gcp", key.getBytes(StandardCharsets.UTF_8))),
                Map.of()),
            Clock.systemUTC());
  }

  /// The document is of v1beta1, whose answers v1 has too; and it has one parameter for a whole
  /// name, slashes and all, which OpenAPI does not allow: so the paths are written out here.
  private static String amended(String document) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode all = (ObjectNode) json.readTree(document);
    JsonNode paths = all.get("paths");
    ObjectNode written = json.createObjectNode();
    for (String parent : List.of("/v1/projects/{p}", "/v1/projects/{p}/locations/{l}")) {
      written.set(
          parent + "/secrets/{s}/versions/{v}:access",
          withParameters(paths.get("/v1beta1/{name}:access"), parent, "s", "v"));
      written.set(
          parent + "/secrets", withParameters(paths.get("/v1beta1/{parent}/secrets"), parent));
    }
    all.set("paths", written);
    return json.writeValueAsString(all);
  }

  private static ObjectNode withParameters(JsonNode path, String parent, String... more) {
    ObjectNode only = (ObjectNode) path.deepCopy();
    only.remove("post");
    ArrayNode parameters = (ArrayNode) only.get("get").get("parameters");
    var each = parameters.iterator();
    while (each.hasNext()) {
      if (each.next().path("in").asString("").equals("path")) {
        each.remove();
      }
    }
    add(parameters, "p");
    if (parent.contains("{l}")) {
      add(parameters, "l");
    }
    for (String name : more) {
      add(parameters, name);
    }
    return only;
  }

  private static void add(ArrayNode parameters, String name) {
    parameters
        .addObject()
        .put("in", "path")
        .put("name", name)
        .put("required", true)
        .putObject("schema")
        .put("type", "string");
  }

  @BeforeEach
  void recover() {
    gcp.server().recover();
  }

  @AfterEach
  void requireAgreement() {
    assertThat(violations()).isEmpty();
  }

  private List<String> violations() {
    return prism.violations().stream()
        .filter(each -> !each.contains(ERRORS_ARE_NOT_IN_IT))
        .toList();
  }

  @AfterAll
  void stop() {
    int seen = prism.seen();
    prism.close();
    gcp.close();
    assertThat(seen).isGreaterThan(30);
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) {
    gcp.server().recover();
    gcp.secrets().put(FakeGcpSecrets.PROJECT + item, value);
    return "gcp:" + item;
  }

  @Override
  protected String member(String reference, String key) {
    return reference + "#" + key;
  }

  @Override
  protected String version(String reference, int number) {
    return reference + "?version=" + number;
  }

  @Override
  protected void suffer(Trouble trouble) {
    gcp.server().suffer(trouble);
  }

  /// Those in which it still answers in its form.
  @Override
  protected Set<Trouble> troubles() {
    return EnumSet.of(Trouble.FORBIDS, Trouble.LOGIN_EXPIRED, Trouble.THROTTLES, Trouble.FAILS);
  }

  @Override
  protected Optional<String> requestId() {
    return Optional.of(FakeGcp.REQUEST_ID);
  }

  @Override
  protected void endLogin() {
    gcp.logins().endTokens();
  }

  @Test
  void secretOfALocation_agreesWithTheDocument() throws Exception {
    gcp.secrets().put("projects/p/locations/europe-west3/secrets/item", CANARY);

    assertThat(read("gcp:projects/p/locations/europe-west3/secrets/item")).isEqualTo(CANARY);
  }

  /// Otherwise nothing here could fail.
  @Test
  void requestThatDisagrees_isSeen() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(
          HttpRequest.newBuilder(
                  URI.create(prism.address() + "/v1/projects/p/secrets?pageSize=many"))
              .build(),
          HttpResponse.BodyHandlers.discarding());
    }

    assertThat(violations())
        .hasSize(2)
        .anyMatch(each -> each.contains("Invalid security scheme"))
        .anyMatch(each -> each.contains("pagesize must be integer"));
  }

  @Test
  void answerThatDisagrees_isSeen() throws Exception {
    put("item", CANARY);
    gcp.answer(Map.of("name", 7, "payload", Map.of("data", "eA==")));

    read("gcp:item");

    assertThat(violations()).singleElement().asString().contains("name must be string");
    gcp.answerAsUsual();
  }
}
