package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Scheme;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.Redeemer.EgressDecision;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a request on a listener's connection means: the agent API, a CONNECT, or plain HTTP through
/// the proxy. Confined to its loop.
final class ProxyRouter implements ClientConnection.Router {
  private static final int LONGEST_PREAMBLE = 256;
  private static final int LONGEST_METHOD = 32;

  private final Engine engine;
  private final boolean expectsPreamble;
  private @Nullable String preambleToken;
  private @Nullable String authorization;
  private @Nullable AgentAccount account;
  private boolean decided;

  /// @param expectsPreamble whether the connection starts with `KEYMANTLE/1 kma_…\n`
  ProxyRouter(Engine engine, boolean expectsPreamble) {
    this.engine = engine;
    this.expectsPreamble = expectsPreamble;
  }

  @Override
  public boolean takesOver(ClientConnection connection, ByteBuf unread) {
    if (decided) {
      return false;
    }
    if (expectsPreamble && preambleToken == null && !readPreamble(connection, unread)) {
      return true;
    }
    int start = unread.readerIndex();
    int space = unread.indexOf(start, unread.writerIndex(), (byte) ' ');
    if (space < 0 || space + 1 == unread.writerIndex()) {
      return unread.readableBytes() <= LONGEST_METHOD;
    }
    decided = true;
    if (unread.getByte(space + 1) != '/' || engine.configuration().origin().isEmpty()) {
      return false;
    }
    OriginFormHandler handler = engine.configuration().origin().get();
    Channel channel = connection.channel();
    ByteBuf bytes = connection.detach();
    handler.take(channel.pipeline(), Optional.ofNullable(preambleToken));
    channel.pipeline().fireChannelRead(bytes);
    channel.pipeline().fireChannelReadComplete();
    return true;
  }

  private boolean readPreamble(ClientConnection connection, ByteBuf unread) {
    int start = unread.readerIndex();
    int end = unread.indexOf(start, unread.writerIndex(), (byte) '\n');
    if (end < 0 && unread.readableBytes() <= LONGEST_PREAMBLE) {
      return false;
    }
    String line =
        end < 0 || end - start > LONGEST_PREAMBLE
            ? ""
            : unread.toString(start, end - start, StandardCharsets.US_ASCII);
    if (!line.startsWith(ProxyAuthentication.PREAMBLE)) {
      throw RefusedException.of(
          ErrorCode.PROXY_AUTHENTICATION_REQUIRED,
          "the connection does not start with a KEYMANTLE/1 line",
          "connect through: keymantle run");
    }
    unread.readerIndex(end + 1);
    String token = line.substring(ProxyAuthentication.PREAMBLE.length());
    preambleToken = token;
    account = authenticate(connection, token);
    return true;
  }

  private AgentAccount authenticate(ClientConnection connection, String token) {
    AgentSession session;
    try {
      session = engine.redeemer().authenticate(token);
    } catch (RefusedException e) {
      throw ProxyAuthentication.asProxy(e);
    }
    return AgentAccount.open(engine, session, connection.channel());
  }

  @Override
  public @Nullable Exchange route(ClientConnection connection, IncomingRequest request) {
    AgentAccount agent = account(connection, request);
    return switch (request.form()) {
      case AUTHORITY -> {
        connect(connection, request, agent);
        yield null;
      }
      case ABSOLUTE -> plain(connection, request, agent);
      case ABSOLUTE_TLS ->
          throw RefusedException.of(
              ErrorCode.INVALID_REQUEST,
              "an https URL is reached through CONNECT",
              "set HTTPS_PROXY rather than rewriting the request");
      case ORIGIN, ASTERISK ->
          throw Refusals.ambiguous("a path instead of a URL on a proxy connection");
    };
  }

  private AgentAccount account(ClientConnection connection, IncomingRequest request) {
    AgentAccount known = account;
    String given = request.proxyAuthorization();
    if (known == null) {
      known = authenticate(connection, ProxyAuthentication.token(given));
      account = known;
      authorization = given;
    } else if (isAnother(given)) {
      // One connection belongs to one agent; another one opens its own.
      ProxyAuthentication.token(given);
      throw RefusedException.of(
          ErrorCode.PROXY_AUTHENTICATION_REQUIRED,
          "the connection was opened with another agent token",
          "open a new connection");
    }
    if (!known.session().isLive() && engine.has(Guard.REVOCATION)) {
      throw RequestRules.sessionOver();
    }
    return known;
  }

  /// A connection that its preamble introduced needs no authorization, but one that contradicts it
  /// is refused.
  private boolean isAnother(@Nullable String given) {
    return preambleToken == null
        ? given == null || !given.equals(authorization)
        : given != null && !ProxyAuthentication.token(given).equals(preambleToken);
  }

  private Exchange plain(ClientConnection connection, IncomingRequest request, AgentAccount agent) {
    Destination destination = HostRules.parse(Scheme.HTTP, request.authority());
    Destination claimed = HostRules.require(engine, destination, request);
    EgressDecision decision = engine.redeemer().egress(agent.session(), destination);
    if (decision == EgressDecision.REFUSE && engine.has(Guard.PLAIN)) {
      throw RefusedException.of(
          ErrorCode.PLAIN_NOT_ALLOWED,
          "no binding of this agent names " + destination + " for plain HTTP",
          "use https, or a person can allow it: keymantle agent add "
              + agent.session().agent().name()
              + " --allow "
              + destination);
    }
    return new Exchange(
        engine,
        connection.loop(),
        connection,
        agent.session(),
        destination,
        claimed,
        request,
        agent);
  }

  private void connect(ClientConnection connection, IncomingRequest request, AgentAccount agent) {
    if (request.head().framing().kind() != Framing.Kind.NONE) {
      throw Refusals.ambiguous("a CONNECT with a body");
    }
    int portMark = request.authority().lastIndexOf(':');
    if (portMark <= 0 || request.authority().endsWith("]")) {
      throw Refusals.ambiguous("a CONNECT target without a port");
    }
    Destination secure = HostRules.parse(Scheme.HTTPS, request.authority());
    String host = request.host();
    if (host != null && !host.equals(request.authority()) && engine.has(Guard.HOST)) {
      HostRules.requireSame(secure, host);
    }
    EgressDecision decision = engine.redeemer().egress(agent.session(), secure);
    Destination plain = new Destination(Scheme.HTTP, secure.host(), secure.port());
    boolean plainAllowed =
        engine.redeemer().egress(agent.session(), plain) == EgressDecision.INTERCEPT;
    if (decision == EgressDecision.TUNNEL) {
      TunnelRelay.open(engine, connection, agent, secure);
    } else if (decision == EgressDecision.INTERCEPT || plainAllowed) {
      TunnelFront.open(
          engine, connection, agent, secure, decision == EgressDecision.INTERCEPT, plainAllowed);
    } else {
      throw notAllowed(agent.session(), secure);
    }
  }

  private RefusedException notAllowed(AgentSession session, Destination destination) {
    if (!engine.has(Guard.LOOKUP)) {
      engine.dialer().lookUpUnguarded(destination.host());
    }
    return RefusedException.of(
        ErrorCode.DESTINATION_NOT_ALLOWED,
        "agent " + session.agent().name() + " may not go to " + destination,
        "a person can allow it: keymantle agent add "
            + session.agent().name()
            + " --allow "
            + destination);
  }

  @Override
  public Duration silence(GatewayLimits limits) {
    return limits.head();
  }

  @Override
  public void refused(@Nullable IncomingRequest request, Problem problem) {
    AgentAccount agent = account;
    engine
        .audit()
        .refused(
            agent == null ? null : agent.session(),
            request == null ? "" : AuditTrail.printable(request.authority()),
            request == null ? "" : request.head().method(),
            request == null ? "" : request.head().path(),
            problem);
  }
}
