package io.keymantle.source.onepassword;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// The source and its [FakeConnect], both held to Connect's OpenAPI document while they keep the
/// contract. Run by `testing/e2e/providers`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectDocumentSuite extends SourceContract {
  private FakeConnect connect;
  private PrismProxy prism;
  private String vault;
  private SecretSource source;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    connect = new FakeConnect(Optional.empty());
    vault = connect.vaults.vault("Team");
    prism =
        new PrismProxy(
            connect.server.address(),
            "1password.local/connect.json",
            ConnectDocumentSuite::amended,
            folder);
    source =
        new OnePasswordSource(
            new SourceSettings(
                "1password",
                Map.of("address", prism.address().toString()),
                Map.of(
                    "token", () -> SecretBytes.adopt("token", FakeConnect.TOKEN.getBytes(UTF_8))),
                Map.of()),
            Clock.systemUTC());
  }

  /// The document says `/v1` in the address of a server, of which Prism as a proxy takes no notice,
  /// and only some of the statuses that its form of an error is used with. One path has ids as
  /// UUIDs, which all others have as 26 letters and digits.
  private static String amended(String document) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode all =
        (ObjectNode)
            json.readTree(document.replaceAll("\"format\":\\s*\"uuid\"", "\"minLength\":26"));
    ObjectNode before = (ObjectNode) all.get("paths");
    ObjectNode paths = all.putObject("paths");
    for (String path : List.copyOf(before.propertyNames())) {
      ObjectNode its = (ObjectNode) before.get(path);
      paths.set("/v1" + path, its);
      if (its.get("get") instanceof ObjectNode get) {
        ((ObjectNode) get.get("responses"))
            .putObject("default")
            .put("description", "an error")
            .putObject("content")
            .putObject("application/json")
            .putObject("schema")
            .put("$ref", "#/components/schemas/ErrorResponse");
      }
    }
    return json.writeValueAsString(all);
  }

  @BeforeEach
  void recover() {
    connect.server.recover();
  }

  @AfterEach
  void requireAgreement() {
    assertThat(prism.violations()).isEmpty();
  }

  @AfterAll
  void stop() {
    int seen = prism.seen();
    prism.close();
    connect.close();
    assertThat(seen).isGreaterThan(30);
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) {
    connect.server.recover();
    connect.vaults.password(vault, item, value);
    return "1password:Team/" + item + "/password";
  }

  @Override
  protected String member(String reference, String key) {
    return reference + "#" + key;
  }

  @Override
  protected String version(String reference, int number) {
    throw new AssertionError("the API gives none");
  }

  @Override
  protected boolean hasVersions() {
    return false;
  }

  @Override
  protected void suffer(Trouble trouble) {
    connect.server.suffer(trouble);
  }

  /// Those in which it still answers as its document says.
  @Override
  protected Set<Trouble> troubles() {
    return EnumSet.of(Trouble.FORBIDS, Trouble.LOGIN_EXPIRED, Trouble.THROTTLES, Trouble.FAILS);
  }

  @Override
  protected Optional<String> requestId() {
    return Optional.empty();
  }

  @Override
  protected boolean logsIn() {
    return false;
  }

  @Test
  void sectionsAndFiles_agreeWithTheDocument() throws Exception {
    ObjectNode item = connect.vaults.item(vault, "ssh \"key\"");
    FakeVaults.section(item, "s", "keys");
    FakeVaults.field(item, "f", "passphrase", CANARY).putObject("section").put("id", "s");
    connect.vaults.file(item, "id_ed25519", (CANARY + "-file").getBytes(UTF_8));

    assertThat(read("1password:Team/ssh \"key\"/keys/passphrase")).isEqualTo(CANARY);
    assertThat(read("1password:Team/ssh \"key\"/id_ed25519")).isEqualTo(CANARY + "-file");
  }

  /// Otherwise nothing here could fail.
  @Test
  void requestThatDisagrees_isSeen() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(
          HttpRequest.newBuilder(URI.create(prism.address() + "/v1/vaults/none/items")).build(),
          HttpResponse.BodyHandlers.discarding());
    }

    assertThat(prism.violations()).anyMatch(each -> each.contains("vaultuuid must match"));
  }

  @Test
  void answerThatDisagrees_isSeen() throws Exception {
    FakeVaults.field(connect.vaults.item(vault, "wrong"), "f", "f", CANARY).put("type", "WRONG");

    read("1password:Team/wrong/f");

    assertThat(prism.violations()).anyMatch(each -> each.contains("type"));
  }
}
