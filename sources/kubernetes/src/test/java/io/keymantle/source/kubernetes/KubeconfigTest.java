package io.keymantle.source.kubernetes;

import static io.keymantle.source.kubernetes.KubernetesFixture.TOKEN;
import static io.keymantle.source.kubernetes.KubernetesFixture.read;
import static io.keymantle.source.kubernetes.KubernetesFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a kubeconfig says where to go and as whom.
final class KubeconfigTest {
  private static final String SECRET = "k8s:apps/app/key";

  @TempDir private Path directory;
  private KubernetesFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new KubernetesFixture(directory);
    fixture.server.secrets.put("apps/app", "key", "canary-value");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void token_thatStandsThere_logsIn_andIsReadAgain_whenItNoLongerCounts() throws Exception {
    KubernetesSource source = fixture.kubeconfig(fixture.cluster(), "token: " + TOKEN);
    assertThat(read(source, SECRET)).isEqualTo("canary-value");

    fixture.server.tokens.clear();
    assertThat(KubernetesFixture.failure(source, SECRET).reason())
        .isEqualTo(Reason.UNAUTHENTICATED);
    fixture.server.tokens.add("canary-2");
    fixture.write("config", fixture.cluster(), "token: canary-2");
    assertThat(read(source, SECRET)).isEqualTo("canary-value");
  }

  @Test
  void fileThatBreaks_saysSo_withoutItsText() throws Exception {
    KubernetesSource source = fixture.kubeconfig(fixture.cluster(), "token: " + TOKEN);
    fixture.server.tokens.clear();
    Files.writeString(directory.resolve("config"), "users: [canary: }");

    assertThat(KubernetesFixture.failure(source, SECRET))
        .hasMessageContaining("no kubeconfig")
        .hasMessageNotContaining("canary");
  }

  @Test
  void tokenFile_comesBeforeAToken_andIsReadForEachRequest() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    KubernetesSource source =
        fixture.kubeconfig(fixture.cluster(), "tokenFile: token, token: canary-wrong");
    assertThat(read(source, SECRET)).isEqualTo("canary-value");

    Files.delete(file);
    assertThat(KubernetesFixture.failure(source, SECRET))
        .hasMessageContaining("token")
        .hasMessageNotContaining("canary");
  }

  @Test
  void clientCertificate_logsIn_fromFilesAndFromData() throws Exception {
    Path certificate = fixture.server.client.writeCertificate(directory.resolve("client.pem"));
    Path key = fixture.server.client.writeKey(directory.resolve("client.key"));
    String data =
        "client-certificate-data: %s, client-key-data: %s"
            .formatted(base64(certificate), base64(key));
    String cluster =
        "server: \"%s\", certificate-authority-data: %s"
            .formatted(fixture.server.address(), base64(fixture.ca));

    assertThat(read(fixture.kubeconfig(cluster, data), SECRET)).isEqualTo("canary-value");
    assertThat(
            read(
                fixture.kubeconfig(
                    fixture.cluster(), "client-certificate: client.pem, client-key: client.key"),
                SECRET))
        .isEqualTo("canary-value");
    assertThat(
            refusal(() -> fixture.kubeconfig(fixture.cluster(), "client-certificate: client.pem")))
        .contains("key");
  }

  private static String base64(Path file) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
  }

  @Test
  void certificateThatTheServerDoesNotSee_isNoLogin_notAMissingPermission() throws Exception {
    TestCertificate stranger = new TestCertificate();
    stranger.writeCertificate(directory.resolve("client.pem"));
    stranger.writeKey(directory.resolve("client.key"));
    KubernetesSource source =
        fixture.kubeconfig(
            fixture.cluster(), "client-certificate: client.pem, client-key: client.key");

    assertThat(KubernetesFixture.failure(source, SECRET).reason())
        .isIn(Reason.UNAUTHENTICATED, Reason.UNTRUSTED, Reason.UNAVAILABLE);
  }

  @Test
  void serverOfAnotherName_isTrusted_whenTheFileSaysIt() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("named"));
    try (KubernetesFixture named =
        new KubernetesFixture(folder, new TestCertificate("api.example"))) {
      named.server.secrets.put("apps/app", "key", "canary-value");
      for (String host : new String[] {"127.0.0.1", "localhost"}) {
        String cluster =
            "server: \"https://%s:%d\", certificate-authority: ca.pem, tls-server-name: "
                .formatted(host, named.server.port());
        String user = "token: " + TOKEN;

        assertThat(read(named.kubeconfig(cluster + "api.example", user), SECRET))
            .as(host)
            .isEqualTo("canary-value");
        assertThat(
                KubernetesFixture.failure(named.kubeconfig(cluster + "other.example", user), SECRET)
                    .reason())
            .isEqualTo(Reason.UNTRUSTED);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exec: {command: aws}, token: t | runs a program | kubectl create token",
        "auth-provider: {name: gcp} | plugin | kubectl create token",
        "username: canary, password: canary | password | kubectl create token",
        "token: t, as: admin | somebody else | kubectl create token",
        "tokens: t | no login | token"
      })
  void userThatLogsInAnotherWay_isRefused_withTheFix(String user, String why, String fix) {
    assertThat(refusal(() -> fixture.kubeconfig(fixture.cluster(), user)))
        .contains(why, fix)
        .doesNotContain("canary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server: 'https://127.0.0.1:1', insecure-skip-tls-verify: true | trusts any server",
        "server: 'https://127.0.0.1:1', insecure-skip-tls-verify: TRUE | trusts any server",
        "server: 'https://127.0.0.1:1', proxy-url: 'http://p' | proxy",
        "server: 'http://cluster.example' | not https",
        "server: 'https://127.0.0.1:1', certificate-authority: none.pem | cannot be read",
        "server: 'https://127.0.0.1:1', certificate-authority-data: AAAA | no certificate",
        "server: 'https://127.0.0.1:1', tls-server-name: 'a b' | tls-server-name",
        "certificate-authority: ca.pem | no server"
      })
  void clusterThatCannotBeTrusted_isRefused(String cluster, String why) {
    assertThat(refusal(() -> fixture.kubeconfig(cluster, "token: canary")))
        .contains(why)
        .doesNotContain("canary");
  }

  @Test
  void severalFiles_areReadAsOne_theFirstEntryCounts_andAnotherContextCanBeSet() throws Exception {
    Path first = fixture.write("first", fixture.cluster(), "token: " + TOKEN);
    Path second =
        Files.writeString(
            directory.resolve("second"),
            Files.readString(fixture.write("x", "server: 'https://127.0.0.1:1'", "token: canary"))
                    .replace("there", "elsewhere")
                + "- name: its-user-2\n  user: {token: canary-other}\n");
    Map<String, String> environment = Map.of("KUBECONFIG", "/none:" + first + ":" + second);

    assertThat(read(fixture.source(Map.of(), Map.of(), environment), SECRET))
        .isEqualTo("canary-value");
    assertThat(read(fixture.source(Map.of("context", "elsewhere"), Map.of(), environment), SECRET))
        .as("entries of the first file count, by whichever context")
        .isEqualTo("canary-value");
    assertThat(refusal(() -> fixture.source(Map.of("context", "none"), Map.of(), environment)))
        .contains("no context none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing",
        "[1, 2]",
        "users:\ncurrent-context:\n",
        "a: !!java.net.URL [x]\nb: }",
        "a: 1\na: 2",
        "current-context: x",
        "current-context: x\ncontexts: {}",
        "current-context: x\ncontexts: [x]",
        "current-context: x\ncontexts: [{name: x, context: canary}]"
      })
  void fileThatIsNone_isRefused_withoutItsText(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("odd"), text);

    assertThat(
            refusal(
                () -> fixture.source(Map.of("kubeconfig", file.toString()), Map.of(), Map.of())))
        .contains("kubeconfig")
        .doesNotContain("canary");
  }
}
