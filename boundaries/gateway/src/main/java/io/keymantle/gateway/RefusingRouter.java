package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Answers every request in a tunnel with one refusal, so that the client learns why.
record RefusingRouter(
    Engine engine, AgentAccount account, Destination destination, RefusedException why)
    implements ClientConnection.Router {

  @Override
  public boolean takesOver(ClientConnection connection, ByteBuf unread) {
    return false;
  }

  @Override
  public Exchange route(ClientConnection connection, IncomingRequest request) {
    throw why;
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
