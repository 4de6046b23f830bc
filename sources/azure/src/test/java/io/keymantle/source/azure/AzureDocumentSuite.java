package io.keymantle.source.azure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.SourceReference;
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
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
import tools.jackson.databind.node.ObjectNode;

/// The source and its [FakeAzure], both held to Key Vault's OpenAPI document while they keep the
/// contract. Run by `testing/e2e/providers`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AzureDocumentSuite extends SourceContract {
  private final RsaCertificate kept = RsaCertificate.generate();
  private FakeAzure azure;
  private PrismProxy prism;
  private SecretSource source;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    azure = new FakeAzure(Optional.empty());
    prism =
        new PrismProxy(
            azure.address(), "azure.com/keyvault.json", AzureDocumentSuite::amended, folder);
    azure.objects().seenAs(prism.address());
    source =
        new AzureKeyVaultSource(
            new SourceSettings(
                "azure",
                Map.of(
                    "vault",
                    prism.address().toString(),
                    "resource",
                    "https://127.0.0.1",
                    "authority",
                    azure.address().toString(),
                    "tenant",
                    FakeAzureLogins.TENANT,
                    "client-id",
                    FakeAzureLogins.CLIENT),
                Map.of(
                    "client-secret",
                    () ->
                        SecretBytes.adopt(
                            "azure", FakeAzureLogins.SECRET.getBytes(StandardCharsets.UTF_8))),
                Map.of()),
            Clock.systemUTC(),
            new Random(1));
  }

  /// The document says in words that a version may be left out ("This URI fragment is optional"),
  /// and cannot in its form: so each path with one is there without, too. The last page of a list
  /// has a `nextLink` of null, as recorded answers of the service show, and the document forgets
  /// it.
  private static String amended(String document) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode all = (ObjectNode) json.readTree(document);
    ObjectNode paths = (ObjectNode) all.get("paths");
    for (String kind : new String[] {"secret", "certificate", "key"}) {
      String path = "/%1$ss/{%1$s-name}/".formatted(kind);
      JsonNode get = paths.get(path + "{" + kind + "-version}").get("get").deepCopy();
      var parameters = get.get("parameters").iterator();
      while (parameters.hasNext()) {
        if (parameters.next().path("name").asString("").equals(kind + "-version")) {
          parameters.remove();
        }
      }
      paths.putObject(path).set("get", get);
    }
    for (String kind : new String[] {"Secret", "Certificate", "Key"}) {
      ((ObjectNode) all.at("/components/schemas/" + kind + "ListResult/properties/nextLink"))
          .put("nullable", true);
    }
    return json.writeValueAsString(all);
  }

  @BeforeEach
  void recover() {
    azure.server().recover();
  }

  @AfterEach
  void requireAgreement() {
    assertThat(prism.violations()).isEmpty();
  }

  @AfterAll
  void stop() {
    int seen = prism.seen();
    prism.close();
    azure.close();
    assertThat(seen).isGreaterThan(30);
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) {
    azure.server().recover();
    azure.objects().put(item, value);
    return "azure:" + item;
  }

  @Override
  protected String member(String reference, String key) {
    return reference + "#" + key;
  }

  @Override
  protected String version(String reference, int number) {
    return reference + "?version=" + FakeVaultObjects.versionId(number);
  }

  @Override
  protected void suffer(Trouble trouble) {
    azure.server().suffer(trouble);
  }

  /// Those in which it still answers as its document says.
  @Override
  protected Set<Trouble> troubles() {
    return EnumSet.of(Trouble.FORBIDS, Trouble.LOGIN_EXPIRED, Trouble.THROTTLES, Trouble.FAILS);
  }

  @Override
  protected Optional<String> requestId() {
    return Optional.of(FakeAzure.REQUEST_ID);
  }

  @Override
  protected void endLogin() {
    azure.logins().endTokens();
  }

  @Test
  void certificatesAndKeys_agreeWithTheDocument() throws Exception {
    azure
        .objects()
        .putCertificate(
            "site",
            kept,
            "application/x-pkcs12",
            Base64.getEncoder().encodeToString(kept.store("")));
    azure.objects().putKey("signing");

    assertThat(read("azure:certificate/site")).startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(read("azure:cert/site")).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(read("azure:key/signing#kty")).isEqualTo("RSA");
    assertThat(source.browse("")).contains(SourceReference.parse("azure:certificate/site"));
  }

  /// Otherwise nothing here could fail.
  @Test
  void requestThatDisagrees_isSeen() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(
          HttpRequest.newBuilder(URI.create(prism.address() + "/secrets?maxresults=26")).build(),
          HttpResponse.BodyHandlers.discarding());
    }

    assertThat(prism.violations())
        .hasSize(2)
        .anyMatch(each -> each.contains("must have required property 'api-version'"))
        .anyMatch(each -> each.contains("maxresults must be <= 25"));
  }

  @Test
  void answerThatDisagrees_isSeen() throws Exception {
    put("wrong", CANARY);
    azure.objects().put("wrong", CANARY).put("contentType", 7);

    read("azure:wrong");

    assertThat(prism.violations()).singleElement().asString().contains("contentType");
  }
}
