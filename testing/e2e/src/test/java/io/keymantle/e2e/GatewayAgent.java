package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/// The agent of a home: asks for credentials and uses them at the upstream, through the gateway.
final class GatewayAgent {
  private final TestHome home;
  private final URI gateway;
  private final String agentToken;

  private GatewayAgent(TestHome home, URI gateway, String agentToken) {
    this.home = home;
    this.gateway = gateway;
    this.agentToken = agentToken;
  }

  static GatewayAgent add(TestHome home, String name) {
    URI gateway = URI.create(home.json("status", "--json").get("gateway").stringValue());
    String token = home.json("agent", "add", name, "--json").get("token").stringValue();
    return new GatewayAgent(home, gateway, token);
  }

  /// A broker token for a credential.
  String token(String credential) throws IOException {
    Map<String, String> identity =
        Map.of("KEYMANTLE_AGENT_TOKEN", agentToken, "KEYMANTLE_API", gateway.toString());
    String answer = home.runWith(identity, "request", credential, "--json").output();
    return TestHome.parse(answer).get("bare").stringValue();
  }

  /// Uses a broker token at the upstream, on a connection of its own.
  ProxyConnection.Reply use(String token) throws IOException {
    try (Line line = open()) {
      return line.ask("/", token);
    }
  }

  /// A connection to the upstream.
  Line open() throws IOException {
    ProxyConnection connection = ProxyConnection.open(gateway);
    assertThat(connection.connect(Upstream.HOST + ":443", agentToken).status()).isEqualTo(200);
    return new Line(connection.tls(home.path().resolve("ca.pem"), Upstream.HOST));
  }

  /// Requests one after the other on one connection.
  record Line(ProxyConnection connection) implements AutoCloseable {
    /// @param token empty for a request without one
    ProxyConnection.Reply ask(String path, String token) throws IOException {
      String field = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
      return connection.ask(
          "GET " + path + " HTTP/1.1\r\nHost: " + Upstream.HOST + "\r\n" + field + "\r\n");
    }

    /// How long one took that was served; the reply has nothing to mask.
    double millis(String token) throws IOException {
      long begun = System.nanoTime();
      ProxyConnection.Reply reply = ask(Upstream.QUIET, token);
      double took = (System.nanoTime() - begun) / 1e6;
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      return took;
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }
}
