package io.keymantle.source.doppler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.testkit.SourceContract;
import io.keymantle.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Doppler as any source, logged in as a service account; and whose config a name means.
final class DopplerSourceTest extends SourceContract {
  @TempDir private Path directory;
  private final TestCertificate certificate = new TestCertificate();
  private FakeDoppler doppler;
  private Map<String, String> reached;
  private DopplerSource patient;
  private DopplerSource source;

  @BeforeEach
  void start() throws IOException {
    doppler = new FakeDoppler(certificate.server(certificate));
    Path ca = certificate.writeCertificate(directory.resolve("ca.pem"));
    reached = Map.of("address", doppler.server.address().toString(), "ca", ca.toString());
    giveJwt("canary.jwt\n");
    patient = account(Duration.ofSeconds(15));
    source = patient;
  }

  @AfterEach
  void stop() {
    doppler.close();
  }

  private void giveJwt(String text) throws IOException {
    Files.writeString(directory.resolve("jwt"), text);
  }

  private DopplerSource account(Duration timeout) {
    return source(
        Map.of("identity", "id-1", "jwt-file", directory.resolve("jwt").toString()), "", timeout);
  }

  private DopplerSource source(Map<String, String> more, String token, Duration timeout) {
    Map<String, String> all = new HashMap<>(reached);
    all.putAll(more);
    return of(all, token, Map.of(), timeout);
  }

  private static DopplerSource of(
      Map<String, String> all, String token, Map<String, String> environment, Duration timeout) {
    Map<String, Supplier<SecretBytes>> logins =
        token.isEmpty()
            ? Map.of()
            : Map.of("token", () -> SecretBytes.adopt("token", token.getBytes(UTF_8)));
    return new DopplerSource(
        new SourceSettings("doppler", all, logins, environment), new TestClock(), timeout);
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) throws IOException {
    doppler.server.recover();
    giveJwt("canary.jwt\n");
    source = patient;
    String name = item.replace('-', '_');
    doppler.put("app/prd/" + name, value, value);
    return "doppler:app/prd/" + name;
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

  /// Names are listed of one config, with names that have no dashes: [#names_areListedOfOneConfig].
  @Override
  protected boolean browses() {
    return false;
  }

  @Override
  protected void suffer(Trouble trouble) throws IOException {
    doppler.server.suffer(trouble);
    if (trouble == Trouble.HAS_ANOTHER_CERTIFICATE) {
      TestCertificate another = new TestCertificate();
      doppler.server.restart(another.server(another));
    }
    if (trouble == Trouble.HANGS) {
      source = account(Duration.ofMillis(300));
    }
  }

  @Override
  protected Optional<String> requestId() {
    return Optional.of(FakeDoppler.REQUEST_ID);
  }

  @Override
  protected void endLogin() {
    doppler.tokens.clear();
  }

  private static String text(DopplerSource source, String reference) throws SourceException {
    StringBuilder text = new StringBuilder();
    try (SecretBytes bytes =
        source
            .read(
                new io.keymantle.domain.CredentialName("github-api"),
                SourceReference.parse(reference))
            .bytes()) {
      bytes.reveal(
          io.keymantle.secret.SecretAccess.insecureMint(),
          (array, offset, length) -> text.append(new String(array, offset, length, UTF_8)));
    }
    return text.toString();
  }

  @Test
  void secretThatRefersToOthers_isReadAsItsValue() throws Exception {
    doppler.put("app/prd/URL", "https://${USER}:${PASSWORD}@db", "https://bot:canary@db");

    assertThat(read("doppler:app/prd/URL")).isEqualTo("https://bot:canary@db");
  }

  @Test
  void nameAlone_isOfTheConfigThatTheTokenIsFor_orThatIsSet() throws Exception {
    doppler.put("app/prd/KEY", "canary-own", "canary-own");
    doppler.put("app/dev/KEY", "canary-dev", "canary-dev");
    Duration timeout = Duration.ofSeconds(15);

    DopplerSource service = source(Map.of(), FakeDoppler.TOKEN, timeout);
    assertThat(text(service, "doppler:KEY")).isEqualTo("canary-own");
    DopplerSource dev =
        source(Map.of("project", "app", "config", "dev"), FakeDoppler.TOKEN, timeout);
    assertThat(text(dev, "doppler:KEY")).isEqualTo("canary-dev");
    assertThat(text(dev, "doppler:app/prd/KEY")).isEqualTo("canary-own");
    DopplerSource ambient =
        of(
            Map.of("ca", reached.get("ca")),
            "",
            Map.of(
                "DOPPLER_API_HOST",
                doppler.server.address().toString(),
                "DOPPLER_TOKEN",
                FakeDoppler.TOKEN,
                "DOPPLER_PROJECT",
                "app",
                "DOPPLER_CONFIG",
                "dev"),
            timeout);
    assertThat(text(ambient, "doppler:KEY")).isEqualTo("canary-dev");
    ambient.test();
  }

  @Test
  void restrictedSecret_isForbidden_notMalformed() throws Exception {
    String item = put("KEY", CANARY);
    doppler.secrets.get("app/prd/KEY").putNull("computed").put("computedVisibility", "restricted");

    SourceException why = failure(item);
    assertThat(why.reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(why).hasMessageContaining("restricted");
  }

  @Test
  void token_isAskedForOnce() throws Exception {
    String item = put("KEY", CANARY);
    read(item);
    read(item);

    assertThat(doppler.calls.stream().filter(call -> call.startsWith("/v3/auth/oidc"))).hasSize(1);
  }

  @Test
  void names_areListedOfOneConfig() throws Exception {
    put("KEY", CANARY);
    put("OTHER", CANARY);
    doppler.put("app/dev/DEV", CANARY, CANARY);

    assertThat(source.browse("")).hasToString("[doppler:KEY, doppler:OTHER]");
    assertThat(source.browse("KE")).hasToString("[doppler:KEY]");
    assertThat(source.browse("app/dev/")).hasToString("[doppler:app/dev/DEV]");
    assertThat(read("doppler:app/dev/DEV")).isEqualTo(CANARY);
    assertThat(catchThrowableOfType(SourceException.class, () -> source.browse("app/")).fix())
        .contains("PROJECT/CONFIG/");
    assertThat(doppler.calls).noneMatch(call -> call.contains("/secrets?"));
  }

  @Test
  void settings_thatDoNotReachAnything_areRefused() {
    assertThat(refusal(Map.of(), "")).contains("no token", "DOPPLER_TOKEN");
    assertThat(refusal(Map.of("identity", "x"), "")).contains("jwt-file");
    assertThat(refusal(Map.of("project", "x"), "t")).contains("config");
    assertThat(refusal(Map.of("project", "x&y", "config", "z"), "t")).contains("project");
    assertThat(refusal(Map.of("address", "http://d.example"), "t")).contains("https");
    assertThat(refusal(Map.of("projct", "x"), "t")).contains("projct");
  }

  private static String refusal(Map<String, String> all, String token) {
    return catchThrowableOfType(
            RefusedException.class, () -> of(all, token, Map.of(), Duration.ofSeconds(1)))
        .problem()
        .line();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-b",
        "app/KEY",
        "app//KEY",
        "a/b/c/KEY",
        "a b/c/KEY",
        "KEY?version=1",
        "KEY#",
        "a&b/c/KEY",
        "1KEY"
      })
  void reference_thatIsNone_isRefusedWithTheForm(String locator) {
    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () -> source.check(new SourceReference("doppler", locator)))
                .problem()
                .fix())
        .contains("PROJECT/CONFIG/NAME");
    assertThat(doppler.calls).isEmpty();
  }
}
