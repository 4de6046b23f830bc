package io.keymantle.source.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.testkit.SourceContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A real Kubernetes API server as any source, from inside a pod: testing/e2e/kubernetes starts the
/// server and says where. The identity may read and list Secrets of one namespace.
final class ApiServerSuite extends SourceContract {
  private static final Path SERVER = Path.of(System.getenv("KEYMANTLE_SUITE_API_SERVER"));
  private static final String NAMESPACE = "contract";

  @TempDir private Path directory;
  private ProviderClient admin;
  private String address;
  private Path serviceAccount;
  private KubernetesSource source;

  @BeforeEach
  void start() throws Exception {
    address = Files.readString(SERVER.resolve("address")).strip();
    admin =
        new ProviderClient(
            "admin",
            SourceSettings.ambient("admin", Map.of())
                .tls(pem("ca.pem"), pem("admin.pem"), pem("admin.key")));
    serviceAccount = Files.createDirectory(directory.resolve("serviceaccount"));
    create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"contract\"}}");
    create("/api/v1/namespaces/contract/serviceaccounts", "{\"metadata\":{\"name\":\"bot\"}}");
    create(
        roles("roles"),
        "{\"metadata\":{\"name\":\"bot\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],"
            + "\"verbs\":[\"get\",\"list\"]}]}");
    Files.writeString(serviceAccount.resolve("namespace"), NAMESPACE);
    heal();
  }

  /// Whatever an earlier trouble was, the source works from here on.
  private void heal() throws Exception {
    signal("CONT");
    bind();
    Files.copy(
        SERVER.resolve("ca.pem"),
        serviceAccount.resolve("ca.crt"),
        StandardCopyOption.REPLACE_EXISTING);
    giveToken();
    source = source(URI.create(address).getPort());
    // The server learns of a binding a moment after it took it.
    await()
        .ignoreExceptionsMatching(
            e -> e instanceof SourceException why && why.reason() == Reason.FORBIDDEN)
        .until(() -> source.browse("") != null);
  }

  private static Optional<byte[]> pem(String file) throws IOException {
    return Optional.of(Files.readAllBytes(SERVER.resolve(file)));
  }

  private static String roles(String kind) {
    return "/apis/rbac.authorization.k8s.io/v1/namespaces/contract/" + kind;
  }

  private KubernetesSource source(int port) {
    return new KubernetesSource(
        SourceSettings.ambient(
            "k8s",
            Map.of(
                "KUBERNETES_SERVICE_HOST",
                "127.0.0.1",
                "KUBERNETES_SERVICE_PORT",
                Integer.toString(port))),
        serviceAccount,
        Duration.ofSeconds(3));
  }

  @AfterEach
  void letItRun() throws Exception {
    signal("CONT");
  }

  private void bind() throws Exception {
    create(
        roles("rolebindings"),
        "{\"metadata\":{\"name\":\"bot\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
            + "\"kind\":\"Role\",\"name\":\"bot\"},\"subjects\":[{\"kind\":\"ServiceAccount\","
            + "\"name\":\"bot\",\"namespace\":\"contract\"}]}");
  }

  private void giveToken() throws Exception {
    try (ProviderReply reply =
        admin.require(
            json(
                "POST",
                "/api/v1/namespaces/contract/serviceaccounts/bot/token",
                "{\"spec\":{\"expirationSeconds\":600}}"))) {
      Files.write(serviceAccount.resolve("token"), reply.bytes("/status/token").orElseThrow());
    }
  }

  private ProviderRequest json(String method, String path, String body) {
    return ProviderRequest.of(method, URI.create(address + path), body.getBytes(UTF_8))
        .with("content-type", "application/json");
  }

  /// Also when it is there already.
  private void create(String path, String body) throws Exception {
    try (ProviderReply reply = admin.send(json("POST", path, body))) {
      assertThat(reply.status()).as(path).isIn(201, 409);
    }
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) throws Exception {
    heal();
    String object =
        "{\"metadata\":{\"name\":\"%s\"},\"data\":{\"value\":\"%s\"}}"
            .formatted(item, Base64.getEncoder().encodeToString(value.getBytes(UTF_8)));
    String list = "/api/v1/namespaces/contract/secrets";
    create(list, object);
    admin.require(json("PUT", list + "/" + item, object)).close();
    return "k8s:contract/" + item + "/value";
  }

  @Override
  protected String member(String reference, String key) {
    return reference + "#" + key;
  }

  @Override
  protected String version(String reference, int number) {
    throw new AssertionError("there are none");
  }

  @Override
  protected boolean hasVersions() {
    return false;
  }

  /// Not what the real server has to be broken for.
  @Override
  protected Set<Trouble> troubles() {
    return Set.of(
        Trouble.FORBIDS,
        Trouble.LOGIN_EXPIRED,
        Trouble.HANGS,
        Trouble.IS_DOWN,
        Trouble.HAS_ANOTHER_CERTIFICATE);
  }

  @Override
  protected void suffer(Trouble trouble) throws Exception {
    switch (trouble) {
      case FORBIDS -> admin.require(json("DELETE", roles("rolebindings/bot"), "")).close();
      case LOGIN_EXPIRED ->
          Files.writeString(serviceAccount.resolve("token"), "ended.canary.token");
      case HANGS -> signal("STOP");
      case HAS_ANOTHER_CERTIFICATE -> {
        new TestCertificate().writeCertificate(serviceAccount.resolve("ca.crt"));
        source = source(URI.create(address).getPort());
      }
      default -> source = source(closedPort());
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void signal(String name) throws Exception {
    for (String pid : Files.readAllLines(SERVER.resolve("pids"))) {
      assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
    }
  }

  @Override
  protected Optional<String> requestId() {
    return Optional.of("(request ");
  }

  /// As the kubelet does, when the one before is about to end.
  @Override
  protected void endLogin() throws Exception {
    Files.writeString(serviceAccount.resolve("token"), "ended.canary.token");
    giveToken();
  }
}
