package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;

/// The agent API, with the agent token of `KEYMANTLE_AGENT_TOKEN`, at `KEYMANTLE_API` or where the
/// home's broker says that it listens.
final class AgentClient implements BrokerClient {
  static final String TOKEN_VARIABLE = "KEYMANTLE_AGENT_TOKEN";
  static final String API_VARIABLE = "KEYMANTLE_API";

  private final URI api;
  private final String token;

  private AgentClient(URI api, String token) {
    this.api = api;
    this.token = token;
  }

  /// Whether the caller is an agent.
  static boolean isWanted(Terminal terminal) {
    return isWanted(terminal.environment());
  }

  static boolean isWanted(Map<String, String> environment) {
    return !environment.getOrDefault(TOKEN_VARIABLE, "").isEmpty();
  }

  /// @throws RefusedException with `unauthenticated` without an agent token, `broker_unreachable`
  ///   when nothing says where the broker listens
  static AgentClient of(Terminal terminal, HomeDirectory home) {
    String token = terminal.variable(TOKEN_VARIABLE);
    if (token.isEmpty()) {
      throw RefusedException.of(
          ErrorCode.UNAUTHENTICATED,
          "only an agent can do this, and KEYMANTLE_AGENT_TOKEN is not set",
          "run it inside: keymantle run --agent NAME -- COMMAND");
    }
    String api = terminal.variable(API_VARIABLE);
    if (api.isEmpty()) {
      api =
          BrokerPlace.find(home)
              .map(place -> place.api().toString())
              .orElseThrow(() ->
                  unreachable("no broker runs for the home " + home.path() + ", or as a service"));
    }
    try {
      URI uri = URI.create(api);
      if (uri.getHost() != null && "http".equals(uri.getScheme())) {
        return new AgentClient(uri, token);
      }
    } catch (IllegalArgumentException e) {
      throw unreachable("KEYMANTLE_API is not a URL");
    }
    throw unreachable("KEYMANTLE_API is not a URL such as http://127.0.0.1:8180");
  }

  @Override
  public HttpReply send(String method, String target, String type, byte[] body) throws IOException {
    return connect().exchange(method, target, headers(type), body);
  }

  @Override
  public HttpReply stream(String target, InputStream body) throws IOException {
    return connect().stream("POST", target, headers("application/octet-stream"), body);
  }

  @Override
  public void endRun(String run, String token) throws IOException {
    new AgentClient(api, token).delete("/v1/runs/" + run);
  }

  private HttpConnection connect() throws IOException {
    int port = api.getPort() < 0 ? 80 : api.getPort();
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(api.getHost());
    } catch (IllegalArgumentException named) {
      address = InetAddress.getByName(api.getHost());
    }
    try {
      return HttpConnection.open(new InetSocketAddress(address, port));
    } catch (IOException e) {
      throw unreachable("no broker answers at " + api);
    }
  }

  private Map<String, String> headers(String type) {
    return Map.of(
        "Host", api.getRawAuthority(), "Content-Type", type, "Authorization", "Bearer " + token);
  }

  private static RefusedException unreachable(String why) {
    return RefusedException.of(ErrorCode.BROKER_UNREACHABLE, why, "keymantle up");
  }
}
