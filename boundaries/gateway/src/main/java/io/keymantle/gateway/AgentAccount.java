package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.HashMap;
import java.util.Map;

/// An authenticated agent on one client connection: counts it, and cuts it when the session or any
/// grant used on it ends. Lives until the channel closes. Confined to the channel's loop.
final class AgentAccount implements Exchange.GrantWatch {
  private final Engine engine;
  private final AgentSession session;
  private final Channel channel;
  private final Map<GrantId, AutoCloseable> watched = new HashMap<>();

  private AgentAccount(Engine engine, AgentSession session, Channel channel) {
    this.engine = engine;
    this.session = session;
    this.channel = channel;
  }

  /// @throws RefusedException with `too_many_connections`
  static AgentAccount open(Engine engine, AgentSession session, Channel channel) {
    AgentUsage usage = engine.usage(session);
    if (!usage.opened()) {
      throw RefusedException.of(
          ErrorCode.TOO_MANY_CONNECTIONS,
          "the agent has too many connections open",
          "close idle connections, or raise the limit");
    }
    AgentAccount account = new AgentAccount(engine, session, channel);
    AutoCloseable ending = engine.has(Guard.REVOCATION) ? session.onEnd(account::cut) : () -> {};
    channel
        .closeFuture()
        .addListener(closed -> {
          usage.closed();
          forget(ending);
          account.watched.values().forEach(AgentAccount::forget);
        });
    return account;
  }

  AgentSession session() {
    return session;
  }

  @Override
  public void watch(LiveGrant grant) {
    if (!watched.containsKey(grant.id())) {
      watched.put(grant.id(), grant.onEnd(this::cut));
    }
  }

  /// Closes at once, past TLS: a client that does not read could otherwise hold the connection
  /// open.
  void cut() {
    engine
        .loop(channel)
        .run(() -> {
          ChannelHandlerContext first = channel.pipeline().firstContext();
          if (first != null) {
            Channels.close(first);
          } else {
            Channels.close(channel);
          }
        });
  }

  private static void forget(AutoCloseable handle) {
    try {
      handle.close();
    } catch (Exception e) {
      throw new IllegalStateException("a watch could not be ended", e);
    }
  }
}
