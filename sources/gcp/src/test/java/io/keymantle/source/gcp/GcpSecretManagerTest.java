package io.keymantle.source.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.testkit.SourceContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
class GcpSecretManagerTest extends SourceContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(8);
  private static final Duration SHORT = Duration.ofMillis(500);

  private final TestCertificate certificate = new TestCertificate();
  private final TestCertificate another = new TestCertificate();
  private Path pem;
  private FakeGcp gcp;
  private SecretSource source;

  @BeforeAll
  void writeCertificate(@TempDir Path folder) throws IOException {
    pem = certificate.writeCertificate(folder.resolve("gcp.pem"));
  }

  @BeforeEach
  void start() throws Exception {
    gcp = new FakeGcp(Optional.of(certificate.server(certificate)));
    source = make(Map.of(), TIMEOUT);
  }

  @AfterEach
  void stop() {
    gcp.close();
  }

  private SecretSource make(Map<String, String> more, Duration timeout) {
    Map<String, String> values =
        new HashMap<>(
            Map.of(
                "endpoint", gcp.address().toString(),
                "login-address", gcp.address().toString(),
                "ca", pem.toString()));
    values.putAll(more);
    String key = GcpCredentials.key(gcp, Map.of());
    return new GcpSecretManagerSource(
        new SourceSettings(
            "gcp",
            values,
            Map.of(
                "credentials",
                () -> SecretBytes.adopt("gcp", key.getBytes(StandardCharsets.UTF_8))),
            Map.of()),
        Clock.systemUTC(),
        timeout);
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
    if (trouble == Trouble.HANGS) {
      source = make(Map.of(), SHORT);
    }
    if (trouble == Trouble.HAS_ANOTHER_CERTIFICATE) {
      gcp.server().restart(another.server(another));
    }
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
  void secret_ofAnotherProject_andOfALocation_isRead() throws Exception {
    gcp.secrets().put("projects/example.com:other/secrets/item", CANARY + 1);
    gcp.secrets().put("projects/my-project/locations/europe-west3/secrets/item", CANARY + 2);

    assertThat(read("gcp:projects/example.com:other/secrets/item")).isEqualTo(CANARY + 1);
    assertThat(read("gcp:projects/my-project/locations/europe-west3/secrets/item"))
        .isEqualTo(CANARY + 2);
    source = make(Map.of("location", "europe-west3"), TIMEOUT);
    assertThat(read("gcp:item")).isEqualTo(CANARY + 2);
  }

  @Test
  void version_byItsAlias_isRead_andTheLedgerHasItsNumber() throws Exception {
    put("item", CANARY + 1);
    String item = put("item", CANARY + 2);
    gcp.secrets().alias("stable", 1);

    assertThat(read(item + "?version=stable")).isEqualTo(CANARY + 1);
    assertThat(read(item + "?version=latest")).isEqualTo(CANARY + 2);
    assertThat(
            source
                .read(
                    new io.keymantle.domain.CredentialName("github-api"),
                    SourceReference.parse(item + "?version=stable"))
                .version())
        .isEqualTo("1");
  }

  @Test
  void version_thatIsDisabled_isMissing_andTheFixEnablesIt() {
    String item = put("item", CANARY);
    gcp.secrets().disable(FakeGcpSecrets.PROJECT + "item/versions/latest");

    SourceException why = failure(item);

    assertThat(why.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(why.getMessage()).contains("FAILED_PRECONDITION", FakeGcp.REQUEST_ID);
    assertThat(why.fix()).contains("gcloud secrets versions enable");
  }

  @Test
  void value_whoseChecksumIsNotIts_isRefused() {
    answer(Map.of("data", "Y2FuYXJ5LXZhbHVl", "dataCrc32c", "1"));

    assertThat(failure("gcp:item")).hasMessageContaining("checksum");
  }

  @Test
  void value_withItsChecksumAsANumber_orWithout_isRead() throws Exception {
    // CRC-32C of "123456789", by RFC 3720's polynomial, is published as e3069283.
    answer(Map.of("data", "MTIzNDU2Nzg5", "dataCrc32c", 0xe3069283L));
    assertThat(read("gcp:item")).isEqualTo("123456789");

    answer(Map.of("data", "MTIzNDU2Nzg5"));
    assertThat(read("gcp:item")).isEqualTo("123456789");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!canary!", "Y2FuYXJ5"})
  void payload_thatIsNone_isMalformed(String data) {
    answer(data.startsWith("!") ? Map.of("data", data) : Map.of("text", data));

    assertThat(failure("gcp:item").reason()).isEqualTo(Reason.MALFORMED);
  }

  private void answer(Map<String, Object> payload) {
    gcp.answer(Map.of("name", "projects/1/secrets/item/versions/7", "payload", payload));
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_ARGUMENT, FAILED",
    "400, OUT_OF_RANGE, FAILED",
    "400, FAILED_PRECONDITION, NOT_FOUND",
    "401, UNAUTHENTICATED, UNAUTHENTICATED",
    "403, PERMISSION_DENIED, FORBIDDEN",
    "404, NOT_FOUND, NOT_FOUND",
    "409, ABORTED, UNAVAILABLE",
    "409, ALREADY_EXISTS, FAILED",
    "429, RESOURCE_EXHAUSTED, THROTTLED",
    "499, CANCELLED, UNAVAILABLE",
    "500, DATA_LOSS, FAILED",
    "500, UNKNOWN, UNAVAILABLE",
    "500, INTERNAL, UNAVAILABLE",
    "501, UNIMPLEMENTED, FAILED",
    "503, UNAVAILABLE, UNAVAILABLE",
    "504, DEADLINE_EXCEEDED, TIMEOUT"
  })
  void code_ofGoogle_isAReason(int status, String code, Reason reason) {
    gcp.refuseAll(status, code, "");

    SourceException why = failure("gcp:item");

    assertThat(why.reason()).isEqualTo(reason);
    assertThat(why.getMessage()).contains(status + " " + code, FakeGcp.REQUEST_ID);
  }

  @Test
  void apiThatIsSwitchedOff_isSaid_andIsNoGoodTest() {
    gcp.refuseAll(403, "PERMISSION_DENIED", "SERVICE_DISABLED");

    assertThat(failure("gcp:item").fix()).contains("gcloud services enable");
    assertThatThrownBy(() -> source.test())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("SERVICE_DISABLED");
  }

  @Test
  void test_ofAnIdentityThatMayNotList_isALogin() throws Exception {
    suffer(Trouble.FORBIDS);

    source.test();
  }

  @Test
  void browse_underABeginning_listsOnlyWhatIsUnderIt() throws Exception {
    put("app-one", CANARY);
    put("other", CANARY);
    gcp.secrets().put("projects/p/secrets/app-two", CANARY);

    assertThat(source.browse("app-")).containsExactly(new SourceReference("gcp", "app-one"));
    assertThat(source.browse("projects/p/secrets/a"))
        .containsExactly(new SourceReference("gcp", "projects/p/secrets/app-two"));
    assertThatThrownBy(() -> source.browse("projects/p")).isInstanceOf(SourceException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcp:",
        "gcp:a b",
        "gcp:a/b",
        "gcp:../a",
        "gcp:projects/P/secrets/a",
        "gcp:projects/p/secrets/a/versions/3",
        "gcp:projects/p/locations//secrets/a",
        "gcp:a?",
        "gcp:a?version=",
        "gcp:a?version=0",
        "gcp:a?version=1/2",
        "gcp:a?stage=x",
        "gcp:a#"
      })
  void reference_thatIsNone_isRefused(String reference) {
    assertThatThrownBy(() -> source.check(SourceReference.parse(reference)))
        .isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "endpoint, http://gcp.example",
    "login-address, http://gcp.example",
    "project, my/project",
    "location, a.b",
    "projct, x"
  })
  void setting_thatCannotBe_isRefused(String key, String value) {
    assertThatThrownBy(() -> make(Map.of(key, value), TIMEOUT))
        .isInstanceOf(RefusedException.class);
  }
}
