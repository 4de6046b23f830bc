package io.keymantle.gateway;

import io.keymantle.domain.AgentName;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.Redeemer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// What all connections of one gateway share. Thread-safe.
final class Engine {
  private final GatewayConfiguration configuration;
  private final Substitution.Planner planner;
  private final ReplyFilter.Factory filters;
  private final Executor blocking;
  private final LeafContexts leaves;
  private final UpstreamDialer dialer;
  private final IdentityHashMap<EventExecutor, Loop> loops = new IdentityHashMap<>();
  private final Map<AgentName, AgentUsage> usage = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AuditTrail audit;

  Engine(
      GatewayConfiguration configuration,
      Substitution.Planner planner,
      ReplyFilter.Factory filters,
      EventLoopGroup group,
      Transport transport,
      Executor blocking) {
    this.configuration = configuration;
    this.planner = planner;
    this.filters = filters;
    this.blocking = blocking;
    this.audit = new AuditTrail(configuration);
    this.leaves = new LeafContexts(configuration.leaves(), blocking);
    this.dialer = new UpstreamDialer(configuration, transport, blocking);
    for (EventExecutor executor : group) {
      loops.put(executor, new Loop((EventLoop) executor, this));
    }
  }

  Loop loop(Channel channel) {
    return loop(channel.eventLoop());
  }

  private Loop loop(EventLoop executor) {
    Loop loop = loops.get(executor);
    if (loop == null) {
      throw new IllegalStateException("a channel of another gateway");
    }
    return loop;
  }

  GatewayConfiguration configuration() {
    return configuration;
  }

  GatewayLimits limits() {
    return configuration.limits();
  }

  Redeemer redeemer() {
    return configuration.redeemer();
  }

  boolean has(Guard guard) {
    return configuration.protection().has(guard);
  }

  Substitution.Planner planner() {
    return planner;
  }

  ReplyFilter.Factory filters() {
    return filters;
  }

  /// Threads for what may block: look-ups and signatures.
  Executor blocking() {
    return blocking;
  }

  LeafContexts leaves() {
    return leaves;
  }

  UpstreamDialer dialer() {
    return dialer;
  }

  AuditTrail audit() {
    return audit;
  }

  AgentUsage usage(AgentSession session) {
    return usage.computeIfAbsent(
        session.agent().name(),
        name -> new AgentUsage(limits(), has(Guard.RATES), System.nanoTime()));
  }

  /// Counts a connection of whomever, or refuses it; each success is undone by [#connectionClosed].
  boolean connectionOpened() {
    if (connections.incrementAndGet() > limits().connections()) {
      connections.decrementAndGet();
      return false;
    }
    return true;
  }

  void connectionClosed() {
    connections.decrementAndGet();
  }

  int openConnections() {
    return connections.get();
  }
}
