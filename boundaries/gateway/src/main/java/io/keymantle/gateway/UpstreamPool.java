package io.keymantle.gateway;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.RefusedException;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The idle upstream connections of one event loop, by agent and verified destination: a connection
/// that has carried one agent's requests never carries another's. Confined to its loop.
final class UpstreamPool {
  private static final int MOST_IDLE_PER_KEY = 512;

  private final Loop loop;
  private final Engine engine;
  private final Map<Key, Deque<UpstreamConnection>> idle = new HashMap<>();

  /// Whose connections, to where.
  ///
  /// @param named ranges of special addresses that could be dialled; empty nearly always
  record Key(AgentName agent, Destination destination, List<String> named) {}

  /// Receives a connection or the reason why there is none, possibly during the call.
  interface Acquired {
    void ready(UpstreamConnection connection);

    void failed(RefusedException why);
  }

  UpstreamPool(Loop loop, Engine engine) {
    this.loop = loop;
    this.engine = engine;
  }

  /// Gives an idle connection or dials a new one.
  ///
  /// @param fresh whether to dial in any case
  void acquire(Key key, boolean fresh, Acquired callback) {
    Deque<UpstreamConnection> waiting = fresh ? null : idle.get(key);
    while (waiting != null && !waiting.isEmpty()) {
      UpstreamConnection connection = waiting.pop();
      if (connection.leavePool()) {
        callback.ready(connection);
        return;
      }
    }
    engine
        .dialer()
        .dial(
            loop,
            key.destination,
            key.named,
            key.destination.scheme() == io.keymantle.domain.Scheme.HTTPS,
            new UpstreamDialer.Dialled() {
              @Override
              public void connected(Channel channel) {
                callback.ready(UpstreamConnection.on(channel, key, loop, engine));
              }

              @Override
              public void failed(RefusedException why) {
                callback.failed(why);
              }
            });
  }

  /// Takes a connection back; false when there are enough.
  boolean release(UpstreamConnection connection) {
    Deque<UpstreamConnection> waiting =
        idle.computeIfAbsent(connection.key(), key -> new ArrayDeque<>());
    if (waiting.size() >= MOST_IDLE_PER_KEY) {
      return false;
    }
    waiting.push(connection);
    return true;
  }

  /// Forgets a connection that closed while idle.
  void remove(UpstreamConnection connection) {
    Deque<UpstreamConnection> waiting = idle.get(connection.key());
    if (waiting != null && waiting.remove(connection) && waiting.isEmpty()) {
      idle.remove(connection.key());
    }
  }
}
