package io.keymantle.source.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

/// Where logins come from, and where they may go: each told by a [FakeGcp] that knows only them.
class GcpLoginTest {
  private static final CredentialName NAME = new CredentialName("github-api");

  @TempDir Path folder;
  private FakeGcp gcp;

  @BeforeEach
  void start() throws Exception {
    gcp = new FakeGcp(Optional.empty());
    gcp.secrets().put(FakeGcpSecrets.PROJECT + "app", "canary");
  }

  @AfterEach
  void stop() {
    gcp.close();
  }

  private GcpSecretManagerSource source(
      Map<String, String> more, Map<String, String> environment, Clock clock) {
    Map<String, String> values = new HashMap<>(Map.of("endpoint", gcp.address().toString()));
    values.putAll(more);
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("HOME", folder.toString());
    all.putIfAbsent("NO_GCE_CHECK", "true");
    return new GcpSecretManagerSource(
        new SourceSettings("gcp", values, Map.of(), all), clock, Duration.ofSeconds(8));
  }

  private static void read(GcpSecretManagerSource source) throws SourceException {
    try (SecretBytes value = source.read(NAME, SourceReference.parse("gcp:app")).bytes()) {
      assertThat(value.length()).isEqualTo("canary".length());
    }
  }

  /// By these credentials, in a file that a setting names; the fake's own address is trusted.
  private void requireRead(String credentials) throws Exception {
    read(
        source(
            fileOf(credentials), Map.of("GOOGLE_CLOUD_PROJECT", "my-project"), Clock.systemUTC()));
  }

  private Map<String, String> fileOf(String credentials) throws IOException {
    Path file = Files.writeString(folder.resolve("credentials.json"), credentials);
    return Map.of("credentials-file", file.toString(), "login-address", gcp.address().toString());
  }

  private SourceException failure(String credentials) {
    return told(() -> requireRead(credentials));
  }

  private static SourceException told(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
    SourceException why = catchThrowableOfType(SourceException.class, work);
    assertThat(why).isNotNull();
    assertThat(why.getMessage() + why.fix()).doesNotContain("canary");
    assertThat(why.reason()).isEqualTo(Reason.UNAUTHENTICATED);
    return why;
  }

  private Map<String, Object> subjectFile() throws IOException {
    Path file =
        Files.writeString(folder.resolve("token"), " " + FakeGcpLogins.SUBJECT_TOKEN + "\n");
    return Map.of("file", file.toString());
  }

  @Test
  void key_isUsed_andItsProjectToo() throws Exception {
    read(source(fileOf(GcpCredentials.key(gcp, Map.of())), Map.of(), Clock.systemUTC()));

    assertThat(gcp.logins().logins()).containsExactly("key");
    assertThat(gcp.asked())
        .containsExactly("/v1/projects/my-project/secrets/app/versions/latest:access []");
  }

  @Test
  void key_thatGoogleDoesNotKnow_isRefused() throws Exception {
    try (FakeGcp other = new FakeGcp(Optional.empty(), FakeGcpLogins.generate())) {
      String key = GcpCredentials.key(other, Map.of("token_uri", gcp.address() + "/token"));

      assertThat(failure(key)).hasMessageContaining("400 invalid_grant");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "private_key, canary, RSA in PKCS #8",
    "private_key, '', RSA in PKCS #8",
    "type, gdch_service_account, type",
    "universe_domain, example.com, universe",
    "client_email, '', client_email"
  })
  void key_thatCannotBeUsed_isNotSent(String member, String value, String said) {
    assertThat(failure(GcpCredentials.key(gcp, Map.of(member, value)))).hasMessageContaining(said);
    assertThat(gcp.logins().logins()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"canary", "[]", "{\"type\":", "{\"type\":\"a\",\"type\":\"b\"}"})
  void fileThatIsNoCredentials_isRefused_withoutItsText(String text) {
    assertThat(failure(text)).hasMessageContaining("credentials.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/token",
        "https://oauth2.googleapis.com.evil.example/token",
        "https://user@oauth2.googleapis.com/token",
        "http://oauth2.googleapis.com/token",
        "//",
        "a b"
      })
  void assertion_isSentToNobodyButGoogle_whateverTheFileSays(String address) throws Exception {
    GcpAddress pinned = GcpAddress.of(SourceSettings.ambient("gcp", Map.of()));

    assertThat(told(() -> pinned.token(Optional.of(address)))).hasMessageContaining("not Google's");
    assertThat(failure(GcpCredentials.key(gcp, Map.of("token_uri", address))))
        .hasMessageContaining("not Google's");
  }

  @Test
  void address_ofAnOldKey_isTheOneOfToday() throws Exception {
    GcpAddress pinned = GcpAddress.of(SourceSettings.ambient("gcp", Map.of()));

    for (String before :
        List.of(
            "https://accounts.google.com/o/oauth2/token",
            "https://oauth2.googleapis.com/token",
            "https://www.googleapis.com/oauth2/v4/token")) {
      assertThat(pinned.token(Optional.of(before)))
          .hasToString("https://oauth2.googleapis.com/token");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://sts.googleapis.com/v1/token, true",
    "https://sts.mtls.googleapis.com/v1/token, true",
    "https://us-east-1.sts.googleapis.com/v1/token, true",
    "https://sts.us-east-1.rep.googleapis.com/v1/token, true",
    "https://us-east-1-sts.googleapis.com/v1/token, true",
    "https://sts-mine.p.googleapis.com/v1/token, true",
    "https://sts.googleapis.com:443/v1/token, true",
    "https://sts.googleapis.com:8443/v1/token, false",
    "http://sts.googleapis.com/v1/token, false",
    "https://sts.googleapis.com.evil.example/v1/token, false",
    "https://stsgoogleapis.com/v1/token, false",
    "https://a.b.sts.googleapis.com/v1/token, false",
    "https://storage.googleapis.com/v1/token, false",
    "https://evil.example/sts.googleapis.com, false",
    "https://sts.googleapis.com@evil.example/v1/token, false",
    "https://iamcredentials.googleapis.com/v1/token, false"
  })
  void exchange_isDoneAtGoogleAlone(String address, boolean taken) throws Exception {
    GcpAddress pinned = GcpAddress.of(SourceSettings.ambient("gcp", Map.of()));

    if (taken) {
      assertThat(pinned.sts(address)).hasToString(address);
    } else {
      told(() -> pinned.sts(address));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken, true",
    "iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:signBlob, false",
    "sts.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken, false",
    "evil.example/v1/projects/-/serviceAccounts/a@b:generateAccessToken, false"
  })
  void account_isTakenOnAtGoogleAlone(String address, boolean taken) throws Exception {
    GcpAddress pinned = GcpAddress.of(SourceSettings.ambient("gcp", Map.of()));

    if (taken) {
      assertThat(pinned.impersonation("https://" + address)).hasToString("https://" + address);
    } else {
      told(() -> pinned.impersonation("https://" + address));
    }
  }

  @Test
  void user_isUsed_withTheProjectThatPays() throws Exception {
    requireRead(GcpCredentials.user(gcp, Map.of()));

    assertThat(gcp.logins().logins()).containsExactly("user");
    assertThat(gcp.asked()).singleElement().asString().endsWith("[paying-project]");
  }

  @Test
  void user_whoseRefreshTokenEnded_isToldSo() {
    assertThat(failure(GcpCredentials.user(gcp, Map.of("refresh_token", "canary-other"))))
        .hasMessageContaining("invalid_grant");
  }

  @Test
  void anotherProvidersToken_ofAFile_isExchanged() throws Exception {
    requireRead(GcpCredentials.external(gcp, subjectFile(), Map.of()));

    assertThat(gcp.logins().logins()).containsExactly("exchange");
  }

  @Test
  void anotherProvidersToken_ofAnAddress_isExchanged() throws Exception {
    requireRead(
        GcpCredentials.external(
            gcp,
            Map.of(
                "url",
                gcp.address() + "/subject",
                "headers",
                Map.of("Metadata", "True"),
                "format",
                Map.of("type", "json", "subject_token_field_name", "id.token")),
            Map.of()));

    assertThat(gcp.logins().logins()).containsExactly("exchange");
  }

  @Test
  void anotherProvidersToken_takesAnAccountOn() throws Exception {
    requireRead(
        GcpCredentials.external(
            gcp,
            subjectFile(),
            Map.of(
                "service_account_impersonation_url",
                GcpCredentials.impersonationUrl(gcp),
                "service_account_impersonation",
                Map.of("token_lifetime_seconds", 2800))));

    assertThat(gcp.logins().logins()).containsExactly("exchange", "impersonation 2800s");
  }

  @Test
  void account_thatMayNotBeTakenOn_isToldSo() throws Exception {
    SourceException why =
        failure(
            GcpCredentials.external(
                gcp,
                subjectFile(),
                Map.of(
                    "service_account_impersonation_url",
                    GcpCredentials.impersonationUrl(gcp).replace("broker@", "other@"))));

    assertThat(why.fix()).contains("roles/iam.serviceAccountTokenCreator");
  }

  @Test
  void account_thatGcloudTakesOn_isTakenOn() throws Exception {
    requireRead(
        GcpCredentials.write(
            Map.of(
                "type",
                "impersonated_service_account",
                "delegates",
                List.of("middle@my-project.iam.gserviceaccount.com"),
                "service_account_impersonation_url",
                GcpCredentials.impersonationUrl(gcp),
                "source_credentials",
                new ObjectMapper().readTree(GcpCredentials.user(gcp, Map.of()))),
            Map.of()));

    assertThat(gcp.logins().logins()).containsExactly("user", "impersonation 3600s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"workforce_pool_user_project", "client_secret"})
  void workforcePool_isRefused(String member) throws Exception {
    assertThat(failure(GcpCredentials.external(gcp, subjectFile(), Map.of(member, "canary"))))
        .hasMessageContaining("workforce pool");
  }

  @ParameterizedTest
  @CsvSource({
    "executable, command",
    "environment_id, AWS",
    "certificate, certificate",
    "none, credential_source/url"
  })
  void sourceOfAToken_thatIsNotSupported_isRefused(String kind, String said) {
    assertThat(failure(GcpCredentials.external(gcp, Map.of(kind, "/bin/canary"), Map.of())))
        .hasMessageContaining(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://10.0.0.1/token", "ftp://127.0.0.1/token", "/etc/passwd"})
  void token_isNotFetched_whereOthersCouldListen(String url) {
    assertThat(failure(GcpCredentials.external(gcp, Map.of("url", url), Map.of())))
        .hasMessageContaining("others could listen");
  }

  @Test
  void token_thatIsNotThere_isSaid() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty"), "\n");

    assertThat(failure(GcpCredentials.external(gcp, Map.of("file", "/none"), Map.of())))
        .hasMessageContaining("the login in /none cannot be read");
    assertThat(failure(GcpCredentials.external(gcp, Map.of("file", empty.toString()), Map.of())))
        .hasMessageContaining("finds none");
  }

  @Test
  void file_ofTheEnvironment_comesBeforeThatOfGcloud_alsoWhenItFails() throws Exception {
    Path gcloud = Files.createDirectories(folder.resolve(".config/gcloud"));
    Files.writeString(
        gcloud.resolve("application_default_credentials.json"), GcpCredentials.user(gcp, Map.of()));
    Map<String, String> trust = Map.of("login-address", gcp.address().toString());
    Map<String, String> project = Map.of("GOOGLE_CLOUD_PROJECT", "my-project");
    read(source(trust, project, Clock.systemUTC()));
    assertThat(gcp.logins().logins()).containsExactly("user");

    Map<String, String> both = new HashMap<>(project);
    both.put("GOOGLE_APPLICATION_CREDENTIALS", folder.resolve("none.json").toString());

    assertThat(told(() -> read(source(trust, both, Clock.systemUTC()))))
        .hasMessageContaining("none.json cannot be read");
  }

  @Test
  void file_ofGcloud_isWhereCloudsdkConfigSays() throws Exception {
    Path gcloud = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(
        gcloud.resolve("application_default_credentials.json"), GcpCredentials.user(gcp, Map.of()));

    read(
        source(
            Map.of("login-address", gcp.address().toString(), "project", "my-project"),
            Map.of("CLOUDSDK_CONFIG", gcloud.toString()),
            Clock.systemUTC()));

    assertThat(gcp.logins().logins()).containsExactly("user");
  }

  private Map<String, String> metadata() {
    return Map.of("GCE_METADATA_HOST", gcp.address().getAuthority(), "NO_GCE_CHECK", "false");
  }

  @Test
  void machine_isAsked_alsoForItsProject() throws Exception {
    read(source(Map.of(), metadata(), Clock.systemUTC()));

    assertThat(gcp.logins().logins()).containsExactly("metadata");
  }

  @Test
  void machine_thatIsNotGoogles_isNotTrusted() {
    gcp.logins().loseFlavor();

    SourceException why =
        catchThrowableOfType(
            SourceException.class, () -> read(source(Map.of(), metadata(), Clock.systemUTC())));

    assertThat(why.reason()).isEqualTo(Reason.UNTRUSTED);
  }

  @Test
  void nothing_anywhere_namesEveryPlace() {
    assertThat(told(() -> read(source(Map.of(), Map.of(), Clock.systemUTC()))))
        .hasMessageContaining("GOOGLE_APPLICATION_CREDENTIALS")
        .hasMessageContaining("gcloud")
        .hasMessageContaining("metadata server");
  }

  @Test
  void project_thatNobodyNames_isAskedFor() throws Exception {
    SourceException why =
        catchThrowableOfType(
            SourceException.class,
            () ->
                read(
                    source(
                        fileOf(GcpCredentials.user(gcp, Map.of())), Map.of(), Clock.systemUTC())));

    assertThat(why.fix()).contains("project=PROJECT", "GOOGLE_CLOUD_PROJECT");
  }

  @Test
  void assertion_isMadeByTheClock_andTheTokenHadAnew_shortlyBeforeItsEnd() throws Exception {
    TestClock clock = new TestClock();
    gcp.logins().setClock(clock.instant());
    GcpSecretManagerSource source =
        source(fileOf(GcpCredentials.key(gcp, Map.of())), Map.of(), clock);
    read(source);
    clock.advance(Duration.ofMinutes(57));
    read(source);
    assertThat(gcp.logins().logins()).hasSize(1);

    clock.advance(Duration.ofMinutes(2));
    gcp.logins().setClock(clock.instant());
    read(source);

    assertThat(gcp.logins().logins()).hasSize(2);
  }
}
