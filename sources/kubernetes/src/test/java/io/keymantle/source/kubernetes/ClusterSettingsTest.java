package io.keymantle.source.kubernetes;

import static io.keymantle.source.kubernetes.KubernetesFixture.TOKEN;
import static io.keymantle.source.kubernetes.KubernetesFixture.read;
import static io.keymantle.source.kubernetes.KubernetesFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which cluster counts, and as whom it is asked.
final class ClusterSettingsTest {
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

  private Map<String, String> address(String... more) {
    Map<String, String> all =
        new HashMap<>(Map.of("address", fixture.server.address(), "ca", fixture.ca.toString()));
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  @Test
  void address_isReadWithTheLoginOfTheStore_whateverElseIsThere() throws Exception {
    Map<String, String> pod = new HashMap<>(fixture.pod());
    pod.put("KUBERNETES_SERVICE_PORT", "1");
    pod.put("KUBECONFIG", "/none");

    assertThat(read(fixture.source(address(), Map.of("token", TOKEN), pod), SECRET))
        .isEqualTo("canary-value");
  }

  @Test
  void address_isReadWithATokenFile_orACertificate() throws Exception {
    Path token = Files.writeString(directory.resolve("t"), TOKEN + "\r\n");
    Path certificate = fixture.server.client.writeCertificate(directory.resolve("client.pem"));
    Path key = fixture.server.client.writeKey(directory.resolve("client.key"));

    assertThat(
            read(
                fixture.source(address("token-file", token.toString()), Map.of(), Map.of()),
                SECRET))
        .isEqualTo("canary-value");
    assertThat(
            read(
                fixture.source(
                    address("certificate", certificate.toString(), "key", key.toString()),
                    Map.of(),
                    Map.of()),
                SECRET))
        .isEqualTo("canary-value");
  }

  @Test
  void addressWithoutALogin_orWithTwoClusters_isRefused() {
    assertThat(refusal(() -> fixture.source(address(), Map.of(), Map.of())))
        .contains("no login", "token=CREDENTIAL");
    assertThat(
            refusal(
                () -> fixture.source(address("context", "x"), Map.of("token", TOKEN), Map.of())))
        .contains("context does not go with address");
    assertThat(refusal(() -> fixture.source(Map.of("ca", "x"), Map.of(), fixture.pod())))
        .contains("ca goes with address");
    assertThat(refusal(() -> fixture.source(Map.of(), Map.of("token", TOKEN), Map.of())))
        .contains("goes with address");
    assertThat(refusal(() -> fixture.source(Map.of("adress", "x"), Map.of(), Map.of())))
        .contains("adress");
    assertThat(
            refusal(() ->
                fixture.source(
                    Map.of("address", "http://cluster.example"), Map.of("token", TOKEN), Map.of())))
        .contains("https");
  }

  @Test
  void kubeconfigThatIsNamed_comesBeforeThePod_andThePodBeforeTheUsualPlace() throws Exception {
    Files.createDirectory(directory.resolve(".kube"));
    Path config =
        fixture.write(
            ".kube/config",
            "server: \"" + fixture.server.address() + "\", certificate-authority: ../ca.pem",
            "token: " + TOKEN);
    Map<String, String> pod = new HashMap<>(fixture.pod());
    assertThat(read(fixture.source(Map.of(), Map.of(), pod), SECRET)).isEqualTo("canary-value");

    pod.put("KUBERNETES_SERVICE_PORT", "1");
    assertThat(KubernetesFixture.failure(fixture.source(Map.of(), Map.of(), pod), SECRET).reason())
        .as("the pod's own counts, also when it fails")
        .isEqualTo(Reason.UNAVAILABLE);
    for (Map<String, String> settings :
        java.util.List.of(Map.of("kubeconfig", config.toString()), Map.of("context", "there"))) {
      assertThat(read(fixture.source(settings, Map.of(), pod), SECRET)).isEqualTo("canary-value");
    }
    pod.put("KUBECONFIG", config.toString());
    assertThat(read(fixture.source(Map.of(), Map.of(), pod), SECRET)).isEqualTo("canary-value");

    assertThat(
            read(fixture.source(Map.of(), Map.of(), Map.of("HOME", directory.toString())), SECRET))
        .as("outside of a pod")
        .isEqualTo("canary-value");
  }

  @Test
  void nothingSetUp_saysHowTo() {
    assertThat(
            refusal(() -> fixture.source(Map.of(), Map.of(), Map.of("HOME", directory + "/none"))))
        .contains("no cluster", "address=", "kubeconfig=FILE");
  }

  @Test
  void podOfAnAddressOfVersion6_isAddressedInBrackets() throws Exception {
    Map<String, String> pod = new HashMap<>(fixture.pod());
    pod.put("KUBERNETES_SERVICE_HOST", "::1");
    pod.put("KUBERNETES_SERVICE_PORT", "1");

    assertThat(KubernetesFixture.failure(fixture.source(Map.of(), Map.of(), pod), SECRET))
        .hasMessageContaining("[::1]:1");
  }

  @Test
  void authorityThatIsExchangedInThePod_isTrusted() throws Exception {
    KubernetesSource source = fixture.inPod();
    assertThat(read(source, SECRET)).isEqualTo("canary-value");
    fixture.server.suffer(io.keymantle.testkit.SourceContract.Trouble.HAS_ANOTHER_CERTIFICATE);
    assertThat(KubernetesFixture.failure(source, SECRET).reason()).isEqualTo(Reason.UNTRUSTED);

    fixture.server.another.writeCertificate(fixture.serviceAccount().resolve("ca.crt"));
    assertThat(read(source, SECRET)).isEqualTo("canary-value");
  }

  @Test
  void ttl_capsHowLongAValueIsKept() throws Exception {
    KubernetesSource source =
        fixture.source(address("ttl", "5m"), Map.of("token", TOKEN), Map.of());
    SourceValue value = KubernetesFixture.value(source, SECRET);
    value.bytes().close();

    assertThat(value.goodFor()).contains(Duration.ofMinutes(5));
  }

  @Test
  void noTextOfALogin_isInAnyToString() throws Exception {
    Cluster cluster =
        new Kubeconfig(
                io.keymantle.source.http.SourceSettings.ambient("k8s", Map.of()),
                java.util.List.of(fixture.write("c", fixture.cluster(), "token: " + TOKEN)))
            .cluster();

    assertThat(cluster.toString()).doesNotContain("canary");
  }
}
