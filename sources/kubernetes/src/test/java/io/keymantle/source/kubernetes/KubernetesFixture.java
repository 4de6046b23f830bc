package io.keymantle.source.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// A [FakeApiServer], and sources that are connected to it.
final class KubernetesFixture implements AutoCloseable {
  static final String TOKEN = "canary-token";

  final FakeApiServer server;
  final Path directory;
  final Path ca;

  /// Of one request, for sources made from now on.
  Duration timeout = Duration.ofSeconds(15);

  KubernetesFixture(Path directory) throws IOException {
    this(directory, new TestCertificate());
  }

  KubernetesFixture(Path directory, TestCertificate certificate) throws IOException {
    this.server = new FakeApiServer(certificate);
    this.directory = directory;
    this.ca = certificate.writeCertificate(directory.resolve("ca.pem"));
    server.tokens.add(TOKEN);
  }

  /// The folder of a pod's own login.
  Path serviceAccount() {
    return directory.resolve("serviceaccount");
  }

  /// What a pod finds in itself.
  Map<String, String> pod() throws IOException {
    Files.createDirectories(serviceAccount());
    Files.copy(ca, serviceAccount().resolve("ca.crt"));
    Files.writeString(serviceAccount().resolve("token"), TOKEN + "\n");
    Files.writeString(serviceAccount().resolve("namespace"), "apps");
    return podEnvironment();
  }

  private Map<String, String> podEnvironment() {
    return Map.of(
        "KUBERNETES_SERVICE_HOST", "127.0.0.1",
        "KUBERNETES_SERVICE_PORT", Integer.toString(server.port()),
        "HOME", directory.toString());
  }

  KubernetesSource inPod() throws IOException {
    return source(Map.of(), Map.of(), Files.exists(serviceAccount()) ? podEnvironment() : pod());
  }

  KubernetesSource source(
      Map<String, String> settings, Map<String, String> logins, Map<String, String> environment) {
    Map<String, Supplier<SecretBytes>> secrets = new HashMap<>();
    logins.forEach(
        (name, text) -> secrets.put(name, () -> SecretBytes.adopt(name, text.getBytes(UTF_8))));
    return new KubernetesSource(
        new SourceSettings("k8s", settings, secrets, environment), serviceAccount(), timeout);
  }

  /// Of a kubeconfig that has one context `there`.
  KubernetesSource kubeconfig(String cluster, String user) throws IOException {
    return source(
        Map.of("kubeconfig", write("config", cluster, user).toString()), Map.of(), Map.of());
  }

  Path write(String name, String cluster, String user) throws IOException {
    return Files.writeString(
        directory.resolve(name),
        """
        apiVersion: v1
        kind: Config
        current-context: there
        contexts:
        - name: there
          context: {cluster: its-cluster, user: its-user, namespace: apps}
        clusters:
        - name: its-cluster
          cluster: {%s}
        users:
        - name: its-user
          user: {%s}
        """
            .formatted(cluster, user));
  }

  /// A cluster's members: where it is, and whom to trust.
  String cluster() {
    return "server: \"" + server.address() + "\", certificate-authority: ca.pem";
  }

  static SourceValue value(KubernetesSource source, String reference) throws SourceException {
    return source.read(new CredentialName("github-api"), SourceReference.parse(reference));
  }

  static String read(KubernetesSource source, String reference) throws SourceException {
    StringBuilder text = new StringBuilder();
    try (SecretBytes bytes = value(source, reference).bytes()) {
      bytes.reveal(
          SecretAccess.insecureMint(),
          (array, offset, length) -> text.append(new String(array, offset, length, UTF_8)));
    }
    return text.toString();
  }

  static SourceException failure(KubernetesSource source, String reference) {
    return catchThrowableOfType(SourceException.class, () -> read(source, reference));
  }

  /// What a person is told whose settings cannot be.
  static String refusal(Work work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().line();
  }

  interface Work {
    void run() throws Exception;
  }

  @Override
  public void close() {
    server.close();
  }
}
