package io.keymantle.source.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where logins come from, each told by a [FakeAzure] that knows only them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AzureLoginTest {
  private static final CredentialName NAME = new CredentialName("github-api");

  private final RsaCertificate certificate = RsaCertificate.generate();
  private final Random random = new Random(1);
  private final TestClock clock = new TestClock();
  @TempDir Path folder;
  private FakeAzure azure;

  @BeforeEach
  void start() {
    azure = new FakeAzure(Optional.empty());
    azure.objects().put("app", "canary");
    azure.logins().register(certificate);
    azure.logins().setClock(clock.instant());
  }

  @AfterEach
  void stop() {
    azure.close();
  }

  private AzureKeyVaultSource source(
      Map<String, String> more, Map<String, String> logins, Map<String, String> environment) {
    Map<String, String> values =
        new HashMap<>(
            Map.of(
                "vault", azure.address().toString(),
                "resource", "https://127.0.0.1",
                "authority", azure.address().toString()));
    values.putAll(more);
    Map<String, Supplier<SecretBytes>> secrets = new HashMap<>();
    logins.forEach((name, value) ->
        secrets.put(
            name, () -> SecretBytes.adopt("azure", value.getBytes(StandardCharsets.UTF_8))));
    return new AzureKeyVaultSource(
        new SourceSettings("azure", values, secrets, environment), clock, random);
  }

  private static void read(AzureKeyVaultSource source) throws SourceException {
    try (SecretBytes value = source.read(NAME, SourceReference.parse("azure:app")).bytes()) {
      assertThat(value.length()).isEqualTo("canary".length());
    }
  }

  private SourceException failure(
      Map<String, String> more, Map<String, String> logins, Map<String, String> environment) {
    SourceException why =
        catchThrowableOfType(SourceException.class, () -> read(source(more, logins, environment)));
    assertThat(why).isNotNull();
    assertThat(why.getMessage() + why.fix()).doesNotContain("canary");
    assertThat(why.reason()).isEqualTo(Reason.UNAUTHENTICATED);
    return why;
  }

  /// Who the broker is, as settings.
  private static Map<String, String> application(Map<String, String> more) {
    Map<String, String> all =
        new HashMap<>(
            Map.of("tenant", FakeAzureLogins.TENANT, "client-id", FakeAzureLogins.CLIENT));
    all.putAll(more);
    return all;
  }

  /// Who the broker is, as azure-identity reads it from the environment.
  private static Map<String, String> environment(Map<String, String> more) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "AZURE_TENANT_ID", FakeAzureLogins.TENANT,
                "AZURE_CLIENT_ID", FakeAzureLogins.CLIENT));
    all.putAll(more);
    return all;
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private void requireLogin(String how) {
    assertThat(azure.logins().logins()).containsExactly(how);
  }

  @Test
  void secret_ofTheStore_isUsed() throws Exception {
    read(source(application(Map.of()), Map.of("client-secret", FakeAzureLogins.SECRET), Map.of()));

    requireLogin("secret");
  }

  @Test
  void secret_ofTheEnvironment_isUsed() throws Exception {
    read(
        source(
            Map.of(),
            Map.of(),
            environment(Map.of("AZURE_CLIENT_SECRET", FakeAzureLogins.SECRET))));

    requireLogin("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "client-id, 99999999-4321-4321-4321-210987654321, AADSTS700016, client-id",
    "tenant, other.example, AADSTS90002, tenant",
    "x, x, AADSTS7000215, client secret"
  })
  void secret_thatEntraRefuses_isSaid_withItsCode(
      String key, String value, String code, String fix) {
    SourceException why =
        failure(
            application(key.equals("x") ? Map.of() : Map.of(key, value)),
            Map.of("client-secret", key.equals("x") ? "canary-other" : FakeAzureLogins.SECRET),
            Map.of());

    assertThat(why.getMessage()).contains("Entra ID answered", code, FakeAzure.REQUEST_ID);
    assertThat(why.fix()).contains(fix);
  }

  @Test
  void certificate_inTwoFiles_signsTheAssertion() throws Exception {
    read(
        source(
            application(
                Map.of(
                    "certificate", file("app.pem", certificate.certificateText()),
                    "key", file("key.pem", certificate.keyText()))),
            Map.of(),
            Map.of()));

    requireLogin("certificate");
  }

  @Test
  void certificate_ofTheStore_signsTheAssertion() throws Exception {
    read(
        source(
            application(Map.of()),
            Map.of("client-certificate", certificate.keyText() + certificate.certificateText()),
            Map.of()));

    requireLogin("certificate");
  }

  @Test
  void certificate_ofTheEnvironment_isReadInEitherForm() throws Exception {
    String pem = file("app.pem", certificate.certificateText() + certificate.keyText());
    Path pfx = Files.write(folder.resolve("app.pfx"), certificate.store("canary-password"));

    read(source(Map.of(), Map.of(), environment(Map.of("AZURE_CLIENT_CERTIFICATE_PATH", pem))));
    read(
        source(
            Map.of(),
            Map.of(),
            environment(
                Map.of(
                    "AZURE_CLIENT_CERTIFICATE_PATH",
                    pfx.toString(),
                    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
                    "canary-password"))));

    assertThat(azure.logins().logins()).containsExactly("certificate", "certificate");
  }

  @Test
  void certificate_thatTheApplicationHasNot_isSaid() {
    RsaCertificate other = RsaCertificate.generate();

    assertThat(
            failure(
                application(Map.of()),
                Map.of("client-certificate", other.keyText() + other.certificateText()),
                Map.of()))
        .hasMessageContaining("AADSTS700027");
  }

  @Test
  void keyOfAnotherCertificate_doesNotSignForThisOne() {
    assertThat(
            failure(
                application(Map.of()),
                Map.of(
                    "client-certificate",
                    RsaCertificate.generate().keyText() + certificate.certificateText()),
                Map.of()))
        .hasMessageContaining("AADSTS700027");
  }

  @Test
  void certificate_thatCannotBeUsed_isNotSent() throws Exception {
    TestCertificate ofEc = new TestCertificate();
    String key = Files.readString(ofEc.writeKey(folder.resolve("ec.key")));
    String text = Files.readString(ofEc.writeCertificate(folder.resolve("ec.pem")));
    Path pfx = Files.write(folder.resolve("app.pfx"), certificate.store("canary-password"));

    for (Map<String, String> login :
        java.util.List.of(
            Map.of("client-certificate", key + text),
            Map.of("client-certificate", certificate.keyText()),
            Map.of("client-certificate", "canary"))) {
      assertThat(failure(application(Map.of()), login, Map.of()))
          .hasMessageContaining("none of RSA");
    }
    assertThat(failure(application(Map.of("certificate", pfx.toString())), Map.of(), Map.of()))
        .hasMessageContaining("none of RSA");
    assertThat(failure(application(Map.of("certificate", "/none.pem")), Map.of(), Map.of()))
        .hasMessageContaining("/none.pem cannot be read");
    assertThat(azure.logins().logins()).isEmpty();
  }

  @Test
  void workloadIdentity_isUsed_asAksSetsItUp() throws Exception {
    String token = file("token", FakeAzureLogins.FEDERATED_TOKEN + "\n");

    read(source(Map.of(), Map.of(), environment(Map.of("AZURE_FEDERATED_TOKEN_FILE", token))));

    requireLogin("federated");
  }

  @Test
  void workloadIdentity_withoutAToken_isSaid_andNobodyElseIsTried() throws Exception {
    assertThat(failure(application(Map.of("token-file", "/none")), Map.of(), Map.of()))
        .hasMessageContaining("/none cannot be read");
    assertThat(
            failure(
                application(Map.of("token-file", file("token", "a&scope=canary"))),
                Map.of(),
                Map.of("IDENTITY_ENDPOINT", azure.address() + "/msi/token")))
        .hasMessageContaining("no JWT");
    assertThat(azure.logins().logins()).isEmpty();
  }

  @Test
  void machine_isAsked_forTheIdentityThatIsNamed() throws Exception {
    Map<String, String> host =
        Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", azure.address().toString());

    read(source(Map.of(), Map.of(), host));
    read(source(Map.of("client-id", FakeAzureLogins.CLIENT), Map.of(), host));

    assertThat(azure.logins().logins())
        .containsExactly("machine", "machine " + FakeAzureLogins.CLIENT);
    assertThat(failure(Map.of("client-id", "other"), Map.of(), host).fix())
        .contains("managed identity");
  }

  @Test
  void appService_isAsked_withItsHeader() throws Exception {
    Map<String, String> app =
        Map.of(
            "IDENTITY_ENDPOINT",
            azure.address() + "/msi/token",
            "IDENTITY_HEADER",
            FakeAzureLogins.IDENTITY_HEADER);

    read(source(Map.of("auth", "managed-identity"), Map.of(), app));

    requireLogin("app");
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.com/msi/token, x, '', leads elsewhere",
    "http://127.0.0.1:1/msi/token, '', '', not supported",
    "http://127.0.0.1:1/msi/token, x, y, not supported"
  })
  void appService_thatIsNone_isNotAsked(
      String endpoint, String header, String thumbprint, String said) {
    assertThat(
            failure(
                Map.of(),
                Map.of(),
                Map.of(
                    "IDENTITY_ENDPOINT", endpoint,
                    "IDENTITY_HEADER", header,
                    "IDENTITY_SERVER_THUMBPRINT", thumbprint)))
        .hasMessageContaining(said);
  }

  @Test
  void firstThatIsSetUp_counts_settingsBeforeEnvironment() throws Exception {
    String token = file("token", FakeAzureLogins.FEDERATED_TOKEN);
    Map<String, String> all =
        environment(
            Map.of("AZURE_CLIENT_SECRET", "canary-wrong", "AZURE_FEDERATED_TOKEN_FILE", token));

    assertThat(failure(Map.of(), Map.of(), all)).hasMessageContaining("AADSTS7000215");
    read(source(Map.of("token-file", token), Map.of(), all));
    read(source(Map.of("auth", "workload-identity"), Map.of(), all));
    read(source(Map.of(), Map.of("client-secret", FakeAzureLogins.SECRET), all));

    assertThat(azure.logins().logins()).containsExactly("federated", "federated", "secret");
  }

  @ParameterizedTest
  @CsvSource({
    "client-secret, client-secret",
    "certificate, certificate",
    "workload-identity, token-file"
  })
  void way_thatIsNotSetUp_saysWhatIsMissing(String auth, String missing) {
    assertThat(failure(application(Map.of("auth", auth)), Map.of(), Map.of()))
        .hasMessageContaining(missing.replace('-', missing.equals("certificate") ? ' ' : '-'));
  }

  @Test
  void application_thatIsNotNamed_isAskedFor() {
    Map<String, String> secret = Map.of("client-secret", FakeAzureLogins.SECRET);

    assertThat(failure(Map.of("tenant", FakeAzureLogins.TENANT), secret, Map.of()).fix())
        .contains("client-id=ID");
    assertThat(failure(Map.of("client-id", FakeAzureLogins.CLIENT), secret, Map.of()).fix())
        .contains("tenant=ID");
  }

  @Test
  void token_isHadAnew_shortlyBeforeItsEnd_withAnotherAssertion() throws Exception {
    AzureKeyVaultSource source =
        source(
            application(Map.of()),
            Map.of("client-certificate", certificate.keyText() + certificate.certificateText()),
            Map.of());
    read(source);
    clock.advance(Duration.ofMinutes(57));
    read(source);
    assertThat(azure.logins().logins()).hasSize(1);

    clock.advance(Duration.ofMinutes(2));
    azure.logins().setClock(clock.instant());
    read(source);

    assertThat(azure.logins().logins()).hasSize(2);
  }
}
