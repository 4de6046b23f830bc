package io.keymantle.source.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.testkit.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where credentials come from, each told by a [FakeAws] that knows only them.
class CredentialChainTest {
  private static final CredentialName NAME = new CredentialName("github-api");
  private static final String ROLE = "arn:aws:iam::123456789012:role/keymantle";
  private static final String KEYS =
      "aws_access_key_id = " + FakeAws.USER + "\naws_secret_access_key=" + FakeAws.USER_KEY + "\n";

  @TempDir Path folder;
  private FakeAws aws;
  private Optional<HttpServer> metadata = Optional.empty();
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    aws = new FakeAws(Optional.empty());
    aws.items().put("app", "canary");
    Files.createDirectories(folder.resolve(".aws"));
  }

  @AfterEach
  void stop() {
    aws.close();
    metadata.ifPresent(server -> server.stop(0));
  }

  private SourceSettings settings(Map<String, String> values, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("AWS_ENDPOINT_URL", aws.address().toString());
    all.put("AWS_REGION", FakeAws.REGION);
    all.put("HOME", folder.toString());
    all.putIfAbsent("AWS_EC2_METADATA_DISABLED", "true");
    return new SourceSettings("aws", values, Map.of(), all);
  }

  private void requireRead(Map<String, String> values, Map<String, String> environment)
      throws SourceException {
    read(new AwsSecretsManagerSource(settings(values, environment), Clock.systemUTC()));
  }

  private static void read(AwsSecretsManagerSource source) throws SourceException {
    try (SecretBytes value = source.read(NAME, SourceReference.parse("aws:app")).bytes()) {
      assertThat(value.length()).isEqualTo("canary".length());
    }
  }

  private SourceException failure(Map<String, String> values, Map<String, String> environment) {
    SourceException why =
        catchThrowableOfType(SourceException.class, () -> requireRead(values, environment));
    assertThat(why).isNotNull();
    assertThat(why.getMessage() + why.fix()).doesNotContain("canary");
    return why;
  }

  private void profile(String file, String text) throws IOException {
    Files.writeString(folder.resolve(".aws").resolve(file), text);
  }

  private Map<String, String> webIdentity(String token) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), token);
    return Map.of("AWS_WEB_IDENTITY_TOKEN_FILE", file.toString(), "AWS_ROLE_ARN", ROLE);
  }

  private String serve(Map<String, String> answers) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String headers =
              exchange.getRequestHeaders().getOrDefault("Authorization", List.of())
                  + ""
                  + exchange
                      .getRequestHeaders()
                      .getOrDefault("X-aws-ec2-metadata-token", List.of());
          String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          asked.add(what + " " + headers);
          byte[] body = answers.getOrDefault(what, "").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              answers.containsKey(what) ? 200 : 404, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    metadata = Optional.of(server);
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static String session(String end) {
    return "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\",\"Token\":\"canary-token\",\"Expiration\":\"%s\"}"
        .formatted(FakeAws.USER, FakeAws.USER_KEY, end);
  }

  @Test
  void environment_isUsed_beforeAProfile() throws Exception {
    profile("credentials", "[default]\naws_access_key_id=WRONG\naws_secret_access_key=wrong\n");

    requireRead(
        Map.of(),
        Map.of("AWS_ACCESS_KEY_ID", FakeAws.USER, "AWS_SECRET_ACCESS_KEY", FakeAws.USER_KEY));
  }

  @Test
  void profile_named_isUsed_beforeTheEnvironment() throws Exception {
    profile("credentials", "# mine\n[default]\naws_access_key_id=WRONG\n[ci]\r\n" + KEYS);

    requireRead(
        Map.of("profile", "ci"),
        Map.of("AWS_ACCESS_KEY_ID", "WRONG", "AWS_SECRET_ACCESS_KEY", "wrong"));
  }

  @Test
  void profile_ofConfig_isUsed_andItsNestedSettingsAreNot() throws Exception {
    profile("config", "[profile ci]\ns3 =\n  aws_access_key_id = WRONG\n" + KEYS);

    requireRead(Map.of(), Map.of("AWS_PROFILE", "ci"));
  }

  @Test
  void profile_withARole_takesItOn_byItsSource() throws Exception {
    profile("credentials", "[base]\n" + KEYS);
    profile(
        "config",
        "[default]\nrole_arn = "
            + ROLE
            + "\nsource_profile = base\nexternal_id = a b\n"
            + "role_session_name = nightly\n");

    requireRead(Map.of(), Map.of());

    assertThat(aws.sessions())
        .singleElement()
        .asString()
        .contains("Action=AssumeRole&", "keymantle", "ExternalId=a%20b", "SessionName=nightly");
  }

  @Test
  void profiles_thatLeadToEachOther_areRefused() throws Exception {
    profile(
        "config",
        "[default]\n"
            + "role_arn=a\n"
            + "source_profile=b\n"
            + "[profile b]\n"
            + "role_arn=a\n"
            + "source_profile=default\n");

    assertThat(failure(Map.of(), Map.of()))
        .hasMessageContaining("lead to each other")
        .extracting(SourceException::reason)
        .isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void webIdentity_isExchanged_withoutASignature() throws Exception {
    requireRead(Map.of(), webIdentity("header.payload.signature\n"));

    assertThat(aws.sessions()).singleElement().asString().contains("WithWebIdentity");
  }

  @Test
  void webIdentity_thatIsRefused_isNotFollowedByAnotherPlace() throws Exception {
    profile("credentials", "[default]\n" + KEYS);

    SourceException why = failure(Map.of(), webIdentity("header.other.signature"));

    assertThat(why.reason()).isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(why.getMessage()).contains("InvalidIdentityToken", FakeAws.REQUEST_ID);
  }

  @Test
  void webIdentity_thatIsNoJwt_isNotSent() throws Exception {
    assertThat(failure(Map.of(), webIdentity("a&Action=b")).getMessage()).contains("no JWT");
  }

  @Test
  void container_isAsked_withItsToken() throws Exception {
    String address = serve(Map.of("GET /creds", session("2999-01-01T00:00:00Z")));
    Path token = Files.writeString(folder.resolve("pod"), "pod-token\n");

    requireRead(
        Map.of(),
        Map.of(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            address + "/creds",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            token.toString()));

    assertThat(asked).containsExactly("GET /creds [pod-token][]");
  }

  @Test
  void container_elsewhereWithoutTls_isNotAsked() {
    assertThat(
            failure(Map.of(), Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/x"))
                .getMessage())
        .contains("without TLS");
  }

  @Test
  void instance_isAsked_byImdsV2() throws Exception {
    String roles = "/latest/meta-data/iam/security-credentials/";
    String address =
        serve(
            Map.of(
                "PUT /latest/api/token",
                "imds-token",
                "GET " + roles,
                "my-role",
                "GET " + roles + "my-role",
                session("2999-01-01T00:00:00Z")));

    requireRead(
        Map.of(),
        Map.of("AWS_EC2_METADATA_DISABLED", "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT", address));

    assertThat(asked)
        .containsExactly(
            "PUT /latest/api/token [][]",
            "GET " + roles + " [][imds-token]",
            "GET " + roles + "my-role [][imds-token]");
  }

  @Test
  void nothing_anywhere_namesEveryPlace() {
    SourceException why = failure(Map.of(), Map.of());

    assertThat(why.reason()).isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(why.getMessage()).contains("environment", "profile", "container", "instance");
  }

  @Test
  void keysThatAwsDoesNotKnow_areUnauthenticated() {
    SourceException why =
        failure(
            Map.of(),
            Map.of("AWS_ACCESS_KEY_ID", FakeAws.USER, "AWS_SECRET_ACCESS_KEY", "canary-wrong"));

    assertThat(why.reason()).isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(why.getMessage()).contains("InvalidSignatureException", FakeAws.REQUEST_ID);
  }

  @Test
  void tokenThatIsNoHeader_isRefused_withoutItsText() {
    SourceException why =
        failure(
            Map.of(),
            Map.of(
                "AWS_ACCESS_KEY_ID", FakeAws.USER,
                "AWS_SECRET_ACCESS_KEY", FakeAws.USER_KEY,
                "AWS_SESSION_TOKEN", "canary\ntoken"));

    assertThat(why.reason()).isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void session_isMadeOnce_forAllWhoWait_andAnewShortlyBeforeItsEnd() throws Exception {
    TestClock clock = new TestClock();
    aws.endSessionsAt(clock.instant().plus(Duration.ofHours(1)).toString());
    AwsSecretsManagerSource source =
        new AwsSecretsManagerSource(
            settings(Map.of(), webIdentity("header.payload.signature")), clock);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> reading =
          () -> {
            read(source);
            return true;
          };
      for (Future<Boolean> each : threads.invokeAll(java.util.Collections.nCopies(20, reading))) {
        assertThat(each.get()).isTrue();
      }
    }
    clock.advance(Duration.ofMinutes(57));
    read(source);
    assertThat(aws.sessions()).hasSize(1);

    clock.advance(Duration.ofMinutes(2));
    aws.endSessionsAt(clock.instant().plus(Duration.ofHours(1)).toString());
    read(source);

    assertThat(aws.sessions()).hasSize(2);
  }

  @Test
  void credentials_showNoSecret() {
    AwsCredentials credentials =
        AwsCredentials.lasting(
            "AKIDUSER", "canary".getBytes(StandardCharsets.UTF_8), Optional.empty());

    assertThat(credentials).hasToString("[credentials of AKIDUSER]");
    credentials.close();
    assertThat(credentials.secretKey()).containsOnly(0);
  }
}
