package io.keymantle.e2e;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
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

  /// Uses a broker token at the upstream.
  ProxyConnection.Reply use(String token) throws IOException {
    Path authority = home.path().resolve("ca.pem");
    try (ProxyConnection connection = ProxyConnection.open(gateway)) {
      ProxyConnection.Reply tunnel = connection.connect(Upstream.HOST + ":443", agentToken);
      if (tunnel.status() != 200) {
        return tunnel;
      }
      return connection
          .tls(authority, Upstream.HOST)
          .ask(
              "GET / HTTP/1.1\r\nHost: "
                  + Upstream.HOST
                  + "\r\nAuthorization: Bearer "
                  + token
                  + "\r\n\r\n");
    }
  }
}
