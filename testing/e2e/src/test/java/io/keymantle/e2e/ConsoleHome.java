package io.keymantle.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A home with an agent, credentials that ask people, and the invitation of its first owner.
final class ConsoleHome implements AutoCloseable {
  static final String VALUE = "ghp_consoleCanary0123456789abcdefABCDEF";

  private final TestHome home;
  private final String agentToken;
  private final String url;

  private ConsoleHome(TestHome home) throws IOException {
    this.home = home;
    home.must("up", "--gateway-port", "0", "--console-port", "0");
    url = home.json("status", "--json").get("console").asString();
    agentToken = home.addAgentWithCredential(VALUE);
    for (String factor : new String[] {"totp", "passkey"}) {
      home.mustWithInput(
          VALUE,
          "credential",
          "add",
          "by-" + factor,
          "--destination",
          "https://" + Upstream.HOST,
          "--agents",
          "main");
      admin("PATCH", "/v1/credentials/by-" + factor, "{\"approval\":{\"" + factor + "\":true}}");
    }
  }

  static ConsoleHome start(Path folder) throws IOException {
    return new ConsoleHome(TestHome.made(folder));
  }

  String url() {
    return url;
  }

  TestHome home() {
    return home;
  }

  /// As the owner of a home in which nobody has an account yet.
  JsonNode admin(String method, String path, String body) throws IOException {
    SocketAddress socket = UnixDomainSocketAddress.of(home.path().resolve("run/admin.sock"));
    PlainHttp.Reply reply =
        PlainHttp.exchange(socket, method, path, Map.of("Host", "keymantle"), body);
    if (!reply.ok()) {
      throw new AssertionError(method + " " + path + ": " + reply.body());
    }
    return TestHome.parse(reply.body());
  }

  /// The agent asks for a credential.
  JsonNode request(String credential, String reason) throws IOException {
    URI api = URI.create(home.json("status", "--json").get("api").asString());
    PlainHttp.Reply reply =
        PlainHttp.exchange(
            new InetSocketAddress(api.getHost(), api.getPort()),
            "POST",
            "/v1/requests",
            Map.of("Host", api.getAuthority(), "Authorization", "Bearer " + agentToken),
            "{\"credential\":\"" + credential + "\",\"reason\":\"" + reason + "\"}");
    return TestHome.parse(reply.body());
  }

  /// Calls the console as a program that is no browser.
  PlainHttp.Reply console(String method, String path, Map<String, String> headers)
      throws IOException {
    URI console = URI.create(url);
    return PlainHttp.exchange(
        new InetSocketAddress("127.0.0.1", console.getPort()), method, path, headers, "");
  }

  @Override
  public void close() throws IOException {
    home.close();
  }
}
