package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.Scheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/// A gateway between a test's client and its upstreams: `api.test` is bound and at a loopback port,
/// and clients trust what the gateway shows.
@SuppressWarnings("try") // A test closes it in the thread that it runs in.
final class GatewayFixture implements AutoCloseable {
  static final String HOST = "api.test";
  static final String VALUE = "real-Value-0123456789";

  final FakeRedeemer broker = new FakeRedeemer();
  final TestAuthority local = new TestAuthority("gateway authority");
  final TestAuthority outside = new TestAuthority("outside authority");
  final List<HostOverride> overrides = new ArrayList<>();
  private final List<AutoCloseable> closing = new ArrayList<>();
  private final Path folder;
  private Gateway gateway;

  GatewayFixture() throws IOException {
    folder = Files.createTempDirectory("gateway");
  }

  /// An upstream with a trusted certificate for a host, which resolves to it.
  TestUpstream upstream(String host, TestUpstream.Script script)
      throws IOException, GeneralSecurityException {
    return place(host, TestUpstream.tls(outside.server(host), script));
  }

  TestUpstream plainUpstream(String host, TestUpstream.Script script) throws IOException {
    return place(host, TestUpstream.plain(script));
  }

  /// Makes a host resolve to an upstream.
  TestUpstream place(String host, TestUpstream upstream) {
    closing.add(upstream);
    overrides.add(
        HostOverride.parse(host + ":" + upstream.port() + ":127.0.0.1:" + upstream.port()));
    return upstream;
  }

  /// Starts the gateway, once all upstreams are there.
  GatewayFixture start(UnaryOperator<GatewayConfiguration> change)
      throws IOException, GeneralSecurityException {
    gateway =
        Gateway.start(
            change.apply(
                GatewayConfiguration.of(broker, local)
                    .withSystemTrust(false)
                    .withTrust(List.of(outside.writePem(folder.resolve("outside.pem"))))
                    .withOverrides(overrides)));
    closing.addFirst(gateway);
    return this;
  }

  GatewayFixture start() throws IOException, GeneralSecurityException {
    return start(configuration -> configuration);
  }

  GatewayFixture without(Guard guard) throws IOException, GeneralSecurityException {
    return start(configuration ->
        configuration.withProtection(GatewayConfiguration.Protection.without(guard)));
  }

  TestClient client() throws IOException {
    TestClient client = new TestClient(gateway.addresses().getFirst());
    closing.addFirst(client);
    return client;
  }

  /// A client inside an intercepted tunnel.
  TestClient tunnel(String agentToken, String host, int port)
      throws IOException, GeneralSecurityException {
    TestClient client = client();
    int status = client.connect(agentToken, host + ":" + port).status();
    if (status != 200) {
      throw new IOException("CONNECT was answered " + status);
    }
    return client.tls(local.client(), host);
  }

  static NetworkBinding binding(String host, int port) {
    return NetworkBinding.to(new Destination(Scheme.HTTPS, host, port));
  }

  static NetworkBinding plainBinding(String host, int port) {
    return NetworkBinding.to(new Destination(Scheme.HTTP, host, port));
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : closing) {
      each.close();
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
