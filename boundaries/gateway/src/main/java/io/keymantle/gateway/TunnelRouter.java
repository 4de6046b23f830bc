package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.Problem;
import io.keymantle.domain.Scheme;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a request inside an intercepted tunnel means: it goes to the tunnel's destination and
/// nowhere else. Confined to its loop.
final class TunnelRouter implements ClientConnection.Router {
  private final Engine engine;
  private final AgentAccount account;
  private final Destination destination;
  private final boolean serverNameAgrees;

  /// @param serverNameAgrees whether the TLS server name is the destination's host
  TunnelRouter(
      Engine engine, AgentAccount account, Destination destination, boolean serverNameAgrees) {
    this.engine = engine;
    this.account = account;
    this.destination = destination;
    this.serverNameAgrees = serverNameAgrees;
  }

  @Override
  public boolean takesOver(ClientConnection connection, ByteBuf unread) {
    return false;
  }

  @Override
  public Exchange route(ClientConnection connection, IncomingRequest request) {
    if (!serverNameAgrees && engine.has(Guard.SERVER_NAME)) {
      throw HostRules.mismatch(destination, "the TLS server name");
    }
    Destination claimed = HostRules.require(engine, destination, request);
    switch (request.form()) {
      case ORIGIN, ASTERISK, AUTHORITY -> {}
      case ABSOLUTE -> requireTarget(Scheme.HTTP, request.authority());
      case ABSOLUTE_TLS -> requireTarget(Scheme.HTTPS, request.authority());
    }
    return new Exchange(
        engine,
        connection.loop(),
        connection,
        account.session(),
        destination,
        claimed,
        request,
        account);
  }

  private void requireTarget(Scheme scheme, String authority) {
    if (!HostRules.parse(scheme, authority).equals(destination) && engine.has(Guard.HOST)) {
      throw HostRules.mismatch(destination, "the request's target");
    }
  }

  /// Its agent is known and counted: it may open connections ahead of their use.
  @Override
  public Duration silence(GatewayLimits limits) {
    return limits.idle();
  }

  @Override
  public void refused(@Nullable IncomingRequest request, Problem problem) {
    engine
        .audit()
        .refused(
            account.session(),
            destination.toString(),
            request == null ? "" : request.head().method(),
            request == null ? "" : request.head().path(),
            problem);
  }
}
