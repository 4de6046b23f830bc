package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The admin API, over the home's Unix socket, with the session of the person who is logged in.
///
/// Inside `keymantle run` there is no such client: what an agent starts must not act as a person.
final class AdminClient implements BrokerClient {
  private final HomeDirectory home;

  /// @throws RefusedException with `forbidden` inside `keymantle run`
  AdminClient(HomeDirectory home, Terminal terminal) {
    if (!terminal.variable(AgentClient.TOKEN_VARIABLE).isEmpty()) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "an agent token is set (KEYMANTLE_AGENT_TOKEN), and an agent may not do this",
          "run it as a person, outside of keymantle run");
    }
    this.home = home;
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
    Map<String, String> headers = Map.of("Host", "keymantle", "Authorization", "Bearer " + token);
    connect().exchange("DELETE", "/v1/runs/" + run, headers, new byte[0]).orRefuse();
  }

  private HttpConnection connect() {
    Path socket = home.adminSocket();
    try {
      return HttpConnection.open(UnixDomainSocketAddress.of(socket));
    } catch (IOException | IllegalArgumentException e) {
      throw unreachable();
    }
  }

  private RefusedException unreachable() {
    boolean made = Files.exists(home.path());
    boolean others = made ? !Files.isExecutable(home.path()) : BrokerPlace.ofService().isPresent();
    if (others) {
      return RefusedException.of(
          ErrorCode.FORBIDDEN,
          "the broker here is the system service, and only root administers it",
          "the same with sudo; an agent needs KEYMANTLE_AGENT_TOKEN, which sudo keymantle agent add"
              + " prints");
    }
    return RefusedException.of(
        ErrorCode.BROKER_UNREACHABLE,
        made
            ? "no broker is running for the home " + home.path()
            : "there is no home at " + home.path(),
        made ? "keymantle up" : "keymantle init && keymantle up");
  }

  private Map<String, String> headers(String type) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Host", "keymantle");
    headers.put("Content-Type", type);
    try {
      String token = Files.readString(home.sessionToken(), StandardCharsets.US_ASCII).strip();
      if (!token.isEmpty()) {
        headers.put("Authorization", "Bearer " + token);
      }
    } catch (IOException nobodyIsLoggedIn) {
      return headers;
    }
    return headers;
  }
}
