package io.keymantle.source.onepassword;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import io.keymantle.testkit.SourceContract;
import io.keymantle.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// 1Password as any source; and how vaults, items, sections, fields and files are named.
final class OnePasswordSourceTest extends SourceContract {
  @TempDir private Path directory;
  private final TestCertificate certificate = new TestCertificate();
  private final TestClock clock = new TestClock();
  private FakeConnect connect;
  private FakeVaults vaults;
  private String vault;
  private Map<String, String> settings;
  private OnePasswordSource patient;
  private OnePasswordSource source;

  @BeforeEach
  void start() throws IOException {
    connect = new FakeConnect(Optional.of(certificate.server(certificate)));
    vaults = connect.vaults;
    vault = vaults.vault("Team");
    Path ca = certificate.writeCertificate(directory.resolve("ca.pem"));
    settings = Map.of("address", connect.server.address().toString(), "ca", ca.toString());
    patient = source(settings, FakeConnect.TOKEN, Duration.ofSeconds(15));
    source = patient;
  }

  @AfterEach
  void stop() {
    connect.close();
  }

  private OnePasswordSource source(Map<String, String> its, String token, Duration timeout) {
    Map<String, Supplier<SecretBytes>> logins =
        token.isEmpty()
            ? Map.of()
            : Map.of("token", () -> SecretBytes.adopt("token", token.getBytes(UTF_8)));
    return new OnePasswordSource(
        new SourceSettings("1password", its, logins, Map.of()), clock, timeout);
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) throws IOException {
    connect.server.recover();
    source = patient;
    vaults.password(vault, item, value);
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
  protected void suffer(Trouble trouble) throws IOException {
    connect.server.suffer(trouble);
    if (trouble == Trouble.HAS_ANOTHER_CERTIFICATE) {
      TestCertificate another = new TestCertificate();
      connect.server.restart(another.server(another));
    }
    if (trouble == Trouble.HANGS) {
      source = source(settings, FakeConnect.TOKEN, Duration.ofMillis(300));
    }
  }

  /// Its API document knows of none in answers.
  @Override
  protected Optional<String> requestId() {
    return Optional.empty();
  }

  /// A token is given to it.
  @Override
  protected boolean logsIn() {
    return false;
  }

  @Test
  void allFields_areOneObject_byLabel_andByIdWhereALabelStandsTwice() throws Exception {
    ObjectNode item = vaults.item(vault, "Everything");
    FakeVaults.field(item, "f1", "user", "canary-1");
    FakeVaults.field(item, "f2", "key", "canary \"2\"");
    FakeVaults.field(item, "f3", "key", "canary-3");
    FakeVaults.field(item, "f4", "empty", "");

    assertThat(read("1password:Team/Everything?attribute=fields"))
        .isEqualTo("{\"user\":\"canary-1\",\"f2\":\"canary \\\"2\\\"\",\"f3\":\"canary-3\"}");
    assertThat(read("1password:Team/Everything?attribute=fields#user")).isEqualTo("canary-1");
  }

  @Test
  void fieldOfASection_isNamedByIdOrLabel_andAmbiguityIsRefused() throws Exception {
    ObjectNode item = vaults.item(vault, "Postgres");
    FakeVaults.section(item, "sec1", "production");
    FakeVaults.section(item, "sec2", "staging");
    FakeVaults.field(item, "f1", "user", "canary-1").putObject("section").put("id", "sec1");
    FakeVaults.field(item, "f2", "user", "canary-2").putObject("section").put("id", "sec2");
    FakeVaults.field(item, "f3", "host", "canary-3");
    String its = "1password:Team/Postgres/";

    assertThat(read(its + "production/user")).isEqualTo("canary-1");
    assertThat(read(its + "sec2/user")).isEqualTo("canary-2");
    assertThat(read(its + "f2")).isEqualTo("canary-2");
    assertThat(read(its + "host")).isEqualTo("canary-3");
    assertThat(failure(its + "user").fix()).contains("SECTION");
    assertThat(failure(its + "other/user").reason()).isEqualTo(Reason.PROPERTY_MISSING);
    assertThat(failure(its + "production/host").reason()).isEqualTo(Reason.PROPERTY_MISSING);
  }

  @Test
  void namesWithAnything_areEncoded_alsoInTheFilter() throws Exception {
    String odd = vaults.vault("A/B \"q\" \\ 100% #1? é+");
    vaults.password(odd, "x\" or title eq \"y", "canary-1");
    String named = "A%2FB \"q\" \\ 100%25 %231%3F é+";

    assertThat(read("1password:" + named + "/x\" or title eq \"y/password")).isEqualTo("canary-1");
    assertThat(read("1password:" + odd + "/x%22 or title eq %22y/password")).isEqualTo("canary-1");
    assertThat(source.browse("A")).hasToString("[1password:" + named + "/x\" or title eq \"y]");
  }

  @Test
  void idsAndTheFormOfOp_areTaken() throws Exception {
    ObjectNode item = vaults.item(vault, "app");
    FakeVaults.field(item, "f1", "token", "canary-1");
    String id = item.get("id").stringValue();

    assertThat(read("1password:" + vault + "/" + id + "/token")).isEqualTo("canary-1");
    assertThat(read("1password://Team/app/token")).isEqualTo("canary-1");
    assertThat(failure("1password:" + vault + "/abcdefghijklmnopqrstuvwxyz/token").reason())
        .isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void twoOfOneName_areRefused_andListedById() throws Exception {
    FakeVaults.field(vaults.item(vault, "app"), "credential", "credential", "canary-1");
    ObjectNode second = vaults.item(vault, "app");
    FakeVaults.field(second, "credential", "credential", "canary-2");
    vaults.item(vault, "APP");

    assertThat(failure("1password:Team/app/credential").fix()).contains("by its id");
    assertThat(source.browse("Team/"))
        .map(SourceReference::toString)
        .contains("1password:Team/APP", "1password:Team/" + second.get("id").stringValue());
    assertThat(read("1password:Team/" + second.get("id").stringValue())).isEqualTo("canary-2");
    assertThat(failure("1password:Team/APP").reason()).isEqualTo(Reason.PROPERTY_MISSING);
  }

  @Test
  void codeOfTheMoment_isGoodUntilItsPeriodEnds() throws Exception {
    ObjectNode item = vaults.item(vault, "app");
    FakeVaults.field(item, "otp1", "one-time password", "otpauth://totp/x?secret=canary&period=60")
        .put("type", "OTP")
        .put("totp", "123456");
    FakeVaults.field(item, "otp2", "other", "CANARYSEED").put("totp", "654321");
    FakeVaults.field(item, "plain", "plain", "canary-1");
    String its = "1password:Team/app/";

    SourceValue code = value(its + "one-time password?attribute=otp");
    code.bytes().close();
    assertThat(read(its + "otp1?attribute=otp")).isEqualTo("123456");
    assertThat(code.goodFor())
        .contains(Duration.ofSeconds(60 - clock.instant().getEpochSecond() % 60));
    SourceValue other = value(its + "other?attribute=otp");
    other.bytes().close();
    assertThat(other.goodFor().orElseThrow())
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    assertThat(failure(its + "plain?attribute=otp").reason()).isEqualTo(Reason.PROPERTY_MISSING);
    assertThat(failure(its + "plain?attribute=content").reason())
        .isEqualTo(Reason.PROPERTY_MISSING);
  }

  private SourceValue value(String reference) throws Exception {
    return source.read(new CredentialName("github-api"), SourceReference.parse(reference));
  }

  @Test
  void file_isRead_toTheLastByte_alsoOfASection() throws Exception {
    ObjectNode item = vaults.item(vault, "ssh");
    FakeVaults.section(item, "s", "keys");
    vaults
        .file(item, "id_ed25519", "canary-key\n".getBytes(UTF_8))
        .putObject("section")
        .put("id", "s");
    vaults.file(item, "config.json", "{\"token\":\"canary-2\"}".getBytes(UTF_8));

    assertThat(read("1password:Team/ssh/id_ed25519")).isEqualTo("canary-key\n");
    assertThat(read("1password:Team/ssh/keys/id_ed25519?attribute=content"))
        .isEqualTo("canary-key\n");
    assertThat(read("1password:Team/ssh/config.json#token")).isEqualTo("canary-2");
    assertThat(failure("1password:Team/ssh/config.json?attribute=otp").reason())
        .isEqualTo(Reason.PROPERTY_MISSING);
  }

  @Test
  void ledger_hasTheVersionOfTheItem_andEmptyFieldsAreNone() throws Exception {
    String item = put("app", CANARY);
    put("app", CANARY + "2");
    SourceValue second = value(item);
    second.bytes().close();

    assertThat(second.version()).isEqualTo("2");
    assertThat(second.goodFor()).isEmpty();
    put("app", "");
    assertThat(failure(item).reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(failure("1password:Other/app/password").getMessage()).contains("vault Other");
  }

  @Test
  void connectServer_isWhereItsOwnClientsLook() throws Exception {
    put("app", CANARY);
    OnePasswordSource ambient =
        new OnePasswordSource(
            new SourceSettings(
                "1password",
                Map.of("ca", settings.get("ca")),
                Map.of(),
                Map.of(
                    "OP_CONNECT_HOST",
                    connect.server.address() + "/v1/",
                    "OP_CONNECT_TOKEN",
                    FakeConnect.TOKEN)),
            clock);

    ambient.test();
  }

  @Test
  void settings_thatDoNotReachAnything_areRefused() {
    assertThat(refusal(Map.of("address", "https://c.example"), "")).contains("OP_CONNECT_TOKEN");
    assertThat(refusal(Map.of(), "t")).contains("OP_CONNECT_HOST");
    assertThat(refusal(Map.of("address", "http://c.example"), "t")).contains("https");
    assertThat(refusal(Map.of("vault", "x"), "t")).contains("vault");
  }

  private String refusal(Map<String, String> its, String token) {
    return catchThrowableOfType(
            RefusedException.class, () -> source(its, token, Duration.ofSeconds(1)))
        .problem()
        .line();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Team",
        "/Team/app/x",
        "Team//app",
        "Team/app/a/b/c",
        "Team/app/x?attribute=id",
        "Team/app/x?version=1",
        "Team/app/x#",
        "Team/100%/x",
        "Team/%ff/x",
        "Team/ /x",
        "Team/a\nb/x"
      })
  void reference_thatIsNone_isRefusedWithTheForm(String locator) {
    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () -> source.check(new SourceReference("1password", locator)))
                .problem()
                .fix())
        .contains("VAULT/ITEM/FIELD");
    assertThat(connect.calls).isEmpty();
  }
}
