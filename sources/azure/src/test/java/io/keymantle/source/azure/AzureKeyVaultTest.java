package io.keymantle.source.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import io.keymantle.testkit.SourceContract;
import io.keymantle.testkit.TestClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AzureKeyVaultTest extends SourceContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(8);
  private static final Duration SHORT = Duration.ofMillis(500);

  private final TestCertificate certificate = new TestCertificate();
  private final TestCertificate another = new TestCertificate();
  private final RsaCertificate kept = RsaCertificate.generate();
  private final TestClock clock = new TestClock();
  private Path pem;
  private FakeAzure azure;
  private SecretSource source;

  @BeforeAll
  void writeCertificate(@TempDir Path folder) throws IOException {
    pem = certificate.writeCertificate(folder.resolve("azure.pem"));
  }

  @BeforeEach
  void start() {
    azure = new FakeAzure(Optional.of(certificate.server(certificate)));
    source = make(Map.of(), TIMEOUT);
  }

  @AfterEach
  void stop() {
    azure.close();
  }

  private SecretSource make(Map<String, String> more, Duration timeout) {
    Map<String, String> values =
        new HashMap<>(
            Map.of(
                "vault",
                azure.address().toString(),
                "resource",
                "https://127.0.0.1",
                "authority",
                azure.address().toString(),
                "tenant",
                FakeAzureLogins.TENANT,
                "client-id",
                FakeAzureLogins.CLIENT,
                "ca",
                pem.toString()));
    values.putAll(more);
    return new AzureKeyVaultSource(
        new SourceSettings(
            "azure",
            values,
            Map.of(
                "client-secret",
                () ->
                    SecretBytes.adopt(
                        "azure", FakeAzureLogins.SECRET.getBytes(StandardCharsets.UTF_8))),
            Map.of()),
        clock,
        new Random(1),
        timeout);
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
    if (trouble == Trouble.HANGS) {
      source = make(Map.of(), SHORT);
    }
    if (trouble == Trouble.HAS_ANOTHER_CERTIFICATE) {
      azure.server().restart(another.server(another));
    }
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
  void secret_byItsPrefix_isTheSame() throws Exception {
    put("item", CANARY);

    assertThat(read("azure:secret/item")).isEqualTo(CANARY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-pem-file", "application/x-pkcs12"})
  void certificate_isGivenAsPem_withItsKey_orOneOfThem(String type) throws Exception {
    putCertificate(type);

    String both = kept.keyText() + kept.certificateText();
    assertThat(read("azure:certificate/site")).isEqualTo(both);
    assertThat(read("azure:certificate/site#private_key")).isEqualTo(kept.keyText());
    assertThat(read("azure:certificate/site#certificate")).isEqualTo(kept.certificateText());
    assertThat(failure("azure:certificate/site#chain").reason()).isEqualTo(Reason.PROPERTY_MISSING);
    assertThat(failure("azure:certificate/none").reason()).isEqualTo(Reason.NOT_FOUND);
  }

  private void putCertificate(String type) {
    String value =
        type.endsWith("pem-file")
            ? kept.keyText() + kept.certificateText()
            : Base64.getEncoder().encodeToString(kept.store(""));
    azure.objects().putCertificate("site", kept, type, value);
  }

  @Test
  void certificate_alone_isReadWithoutItsSecret() throws Exception {
    putCertificate("application/x-pkcs12");
    azure.refuse("/secrets", 403, "Forbidden", "ForbiddenByRbac");

    assertThat(read("azure:cert/site")).isEqualTo(kept.certificateText());
    assertThat(failure("azure:cert/site#private_key").reason()).isEqualTo(Reason.PROPERTY_MISSING);
    assertThat(failure("azure:cert/none").getMessage()).contains("CertificateNotFound");
  }

  @Test
  void certificate_whoseKeyIsNotGivenAway_isSaid() {
    azure.objects().putCertificate("site", kept, "application/x-pem-file", kept.certificateText());

    assertThat(failure("azure:certificate/site").reason()).isEqualTo(Reason.FORBIDDEN);
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, canary",
    "application/x-pem-file, canary",
    "application/x-pkcs12, canary!",
    "application/x-pkcs12, Y2FuYXJ5"
  })
  void secret_thatIsNoCertificate_isMalformed(String type, String value) {
    azure.objects().putCertificate("site", kept, type, value);

    assertThat(failure("azure:certificate/site").reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void key_isGivenAsItsPublicHalf() throws Exception {
    azure.objects().putKey("signing");
    azure.objects().putKey("signing");

    assertThat(read("azure:key/signing")).startsWith("{\"kid\":").contains("\"n\":\"AKCc\"");
    assertThat(read("azure:key/signing#kty")).isEqualTo("RSA");
    assertThat(versionOf("azure:key/signing")).isEqualTo(FakeVaultObjects.versionId(2));
    assertThat(versionOf(version("azure:key/signing", 1))).isEqualTo(FakeVaultObjects.versionId(1));
    assertThat(failure("azure:key/none").getMessage()).contains("KeyNotFound");
  }

  private String versionOf(String reference) throws Exception {
    SourceValue value =
        source.read(new CredentialName("github-api"), SourceReference.parse(reference));
    value.bytes().close();
    return value.version();
  }

  @Test
  void secret_isKeptNoLongerThanItIsValid() throws Exception {
    put("item", CANARY);
    azure.objects().expire("item", clock.instant(), clock.instant().plus(Duration.ofMinutes(10)));
    source = make(Map.of("ttl", "1h"), TIMEOUT);

    SourceValue value =
        source.read(new CredentialName("github-api"), SourceReference.parse("azure:item"));

    value.bytes().close();
    assertThat(value.goodFor()).contains(Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @CsvSource({"-20, 0, expired at", "-20, -10, expired at", "1, 10, not to be used before"})
  void secret_outsideItsDates_isRefused(int from, int until, String said) {
    String item = put("item", CANARY);
    azure
        .objects()
        .expire(
            "item",
            clock.instant().plus(Duration.ofMinutes(from)),
            clock.instant().plus(Duration.ofMinutes(until)));

    SourceException why = failure(item);

    assertThat(why.reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(why.getMessage()).contains(said, FakeAzure.REQUEST_ID);
  }

  @Test
  void secret_thatIsDisabled_isSaid_andTheFixEnablesIt() {
    String item = put("item", CANARY);
    azure.objects().disable("item");

    SourceException why = failure(item);

    assertThat(why.reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(why.getMessage()).contains("403 Forbidden SecretDisabled", FakeAzure.REQUEST_ID);
    assertThat(why.fix()).contains("--enabled true");
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadParameter, '', FAILED, keymantle source test",
    "401, Unauthorized, '', UNAUTHENTICATED, renew",
    "403, Forbidden, ForbiddenByPolicy, FORBIDDEN, access policy",
    "403, Forbidden, AccessDenied, FORBIDDEN, access policy",
    "403, Forbidden, ForbiddenByRbac, FORBIDDEN, Key Vault Secrets User",
    "403, Forbidden, ForbiddenByFirewall, FORBIDDEN, firewall",
    "403, Forbidden, ForbiddenByConnection, FORBIDDEN, private endpoint",
    "404, SecretNotFound, '', NOT_FOUND, recover",
    "429, Throttled, '', THROTTLED, limit",
    "500, InternalServerError, '', UNAVAILABLE, source list",
    "502, BadGateway, '', UNAVAILABLE, source list",
    "503, ServiceUnavailable, '', UNAVAILABLE, source list",
    "504, GatewayTimeout, '', TIMEOUT, source list"
  })
  void code_ofKeyVault_isAReason_withItsFix(
      int status, String code, String inner, Reason reason, String fix) {
    azure.refuse("/secrets", status, code, inner);

    SourceException why = failure("azure:item");

    assertThat(why.reason()).isEqualTo(reason);
    assertThat(why.getMessage()).contains(status + " " + code, inner, FakeAzure.REQUEST_ID);
    assertThat(why.fix()).contains(fix);
  }

  @Test
  void throttling_saysHowLongToWait() {
    String item = put("item", CANARY);
    suffer(Trouble.THROTTLES);

    assertThat(failure(item).fix()).contains("wait 7 seconds");
  }

  @Test
  void challenge_thatNamesAnotherResource_isNotObeyed() {
    azure.challenge(
        "https://login.windows.net/" + FakeAzureLogins.TENANT, "https://vault.evil.example");

    SourceException why = failure("azure:item");

    assertThat(why.reason()).isEqualTo(Reason.UNTRUSTED);
    assertThat(why.getMessage()).contains("vault.evil.example", "none was sent");
  }

  @Test
  void challenge_thatNamesAnotherPlaceToLogIn_isNotObeyed() {
    azure.challenge("https://login.evil.example/" + FakeAzureLogins.TENANT, "https://127.0.0.1");

    SourceException why = failure("azure:item");

    assertThat(why.reason()).isEqualTo(Reason.UNTRUSTED);
    assertThat(why.getMessage()).contains("login.evil.example", "none was sent");
  }

  @Test
  void vault_ofAnotherTenant_isSaid() {
    String other = "99999999-1234-1234-1234-123456789012";
    azure.challenge("https://login.microsoftonline.com/" + other, "https://127.0.0.1");

    SourceException why = failure("azure:item");

    assertThat(why.reason()).isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(why.fix()).contains("tenant=" + other);
  }

  @Test
  void browse_listsEachOnce_andGoesOnAtTheVaultAlone() throws Exception {
    put("item", CANARY);
    putCertificate("application/x-pkcs12");
    azure.objects().putKey("signing");

    assertThat(source.browse(""))
        .extracting(SourceReference::locator)
        .containsExactly("certificate/site", "key/signing", "secret/item");
    assertThat(source.browse("certificate/s"))
        .extracting(SourceReference::locator)
        .containsExactly("certificate/site");
    assertThat(source.browse("secret/x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/secrets?api-version=7.4",
        "http://127.0.0.1/secrets",
        "https://127.0.0.1:1/secrets",
        "https://user@127.0.0.1/secrets",
        "SAME/deletedsecrets",
        "/secrets",
        "no address"
      })
  void list_thatGoesOnElsewhere_isNotFollowed(String link) {
    azure.objects().continueAt(link.replace("SAME", azure.address().toString()));

    SourceException why = catchThrowableOfType(SourceException.class, () -> source.browse(""));

    assertThat(why.reason()).isEqualTo(Reason.MALFORMED);
    assertThat(why.getMessage()).contains("nothing was sent there");
  }

  @Test
  void browse_leavesOutWhatMayNotBeListed_butSaysSoOfTheOnlyKind() throws Exception {
    put("item", CANARY);
    azure.refuse("/certificates", 403, "Forbidden", "ForbiddenByRbac");

    assertThat(source.browse("")).hasSize(1);
    assertThat(
            catchThrowableOfType(SourceException.class, () -> source.browse("certificate/"))
                .reason())
        .isEqualTo(Reason.FORBIDDEN);
  }

  @Test
  void test_ofAnIdentityThatMayNotList_isALogin_butNotBehindAFirewall() throws Exception {
    azure.refuse("/secrets", 403, "Forbidden", "ForbiddenByPolicy");
    source.test();

    azure.refuse("/secrets", 403, "Forbidden", "ForbiddenByFirewall");
    assertThatThrownBy(() -> source.test()).isInstanceOf(SourceException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "azure:",
        "azure:a b",
        "azure:a_b",
        "azure:a/b",
        "azure:keys/a",
        "azure:secret/",
        "azure:secret/a/00000000000000000000000000000001",
        "azure:../a",
        "azure:a?",
        "azure:a?version=1",
        "azure:a?stage=x",
        "azure:a#"
      })
  void reference_thatIsNone_isRefused(String reference) {
    assertThatThrownBy(() -> source.check(SourceReference.parse(reference)))
        .isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "vault, http://vault.example",
    "vault, https://vault.example",
    "vault, a/b",
    "vault, ''",
    "cloud, moon",
    "authority, http://login.example",
    "auth, password",
    "tenant, a/b",
    "valut, x"
  })
  void setting_thatCannotBe_isRefused(String key, String value) {
    assertThatThrownBy(() -> make(Map.of(key, value), TIMEOUT))
        .isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "mine, public, https://mine.vault.azure.net, https://login.microsoftonline.com,"
        + " https://vault.azure.net",
    "mine, usgov, https://mine.vault.usgovcloudapi.net, https://login.microsoftonline.us,"
        + " https://vault.usgovcloudapi.net",
    "mine, china, https://mine.vault.azure.cn, https://login.chinacloudapi.cn,"
        + " https://vault.azure.cn",
    "https://mine.vault.azure.cn/, public, https://mine.vault.azure.cn,"
        + " https://login.chinacloudapi.cn, https://vault.azure.cn"
  })
  void cloud_saysWhereTheLoginIs(
      String vault, String cloud, URI address, URI authority, URI resource) {
    SourceSettings settings =
        new SourceSettings("azure", Map.of("vault", vault, "cloud", cloud), Map.of(), Map.of());

    assertThat(AzurePlace.of(settings)).isEqualTo(new AzurePlace(address, authority, resource));
  }

  @Test
  void request_namesTheObjectAsTheDocumentHasIt() throws Exception {
    read(put("item", CANARY));

    assertThat(azure.asked()).isEqualTo(List.of("/secrets/item/"));
  }
}
