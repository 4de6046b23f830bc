package io.keymantle.gateway;

import io.keymantle.redeem.Redeemer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// All that a [Gateway] is made from. Make one with [#of] and change parts with the `with…`
/// methods.
///
/// @param redeemer the broker
/// @param leaves certificates for interception
/// @param origin takes connections that speak the agent API; they are refused without one
/// @param listen TCP addresses, loopback as a rule; port 0 picks a free one
/// @param socket path of a Unix socket whose connections start with `KEYMANTLE/1 kma_…\n`
/// @param trust PEM files of certificate authorities that upstreams may also have, beside the
///   system's
/// @param proxy the broker's own way out
/// @param overrides where named hosts are
/// @param limits how much is accepted
/// @param clock for records
/// @param eventLoops threads that do the work; 2 suit a laptop
/// @param resolver looks names up, off the event loop
/// @param protection [Protection#FULL], but in tests
public record GatewayConfiguration(
    Redeemer redeemer,
    LeafSource leaves,
    Optional<OriginFormHandler> origin,
    List<InetSocketAddress> listen,
    Optional<Path> socket,
    List<Path> trust,
    Optional<UpstreamProxy> proxy,
    List<HostOverride> overrides,
    GatewayLimits limits,
    Clock clock,
    int eventLoops,
    Resolver resolver,
    Protection protection) {

  public GatewayConfiguration {
    listen = List.copyOf(listen);
    trust = List.copyOf(trust);
    overrides = List.copyOf(overrides);
    if (eventLoops < 1) {
      throw new IllegalArgumentException("a gateway needs at least one event loop");
    }
  }

  /// Looks names up; may block.
  @FunctionalInterface
  public interface Resolver {
    List<InetAddress> resolve(String host) throws UnknownHostException;
  }

  /// The guards that are up. Only tests of this module make any but [#FULL].
  public static final class Protection {
    /// Every guard.
    public static final Protection FULL = new Protection(EnumSet.allOf(Guard.class));

    private final Set<Guard> guards;

    private Protection(Set<Guard> guards) {
      this.guards = guards;
    }

    static Protection without(Guard guard) {
      return new Protection(EnumSet.complementOf(EnumSet.of(guard)));
    }

    boolean has(Guard guard) {
      return guards.contains(guard);
    }
  }

  /// A gateway on a free port of 127.0.0.1 with the system's trust and default limits.
  public static GatewayConfiguration of(Redeemer redeemer, LeafSource leaves) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        Optional.empty(),
        List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        GatewayLimits.DEFAULT,
        Clock.systemUTC(),
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        host -> List.of(InetAddress.getAllByName(host)),
        Protection.FULL);
  }

  public GatewayConfiguration withOrigin(OriginFormHandler origin) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        Optional.of(origin),
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withListen(List<InetSocketAddress> listen) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withSocket(Path socket) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        Optional.of(socket),
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withTrust(List<Path> trust) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withSystemTrust(boolean systemTrust) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withProxy(UpstreamProxy proxy) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        Optional.of(proxy),
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withOverrides(List<HostOverride> overrides) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withLimits(GatewayLimits limits) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withClock(Clock clock) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withEventLoops(int eventLoops) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  public GatewayConfiguration withResolver(Resolver resolver) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }

  GatewayConfiguration withProtection(Protection protection) {
    return new GatewayConfiguration(
        redeemer,
        leaves,
        origin,
        listen,
        socket,
        trust,
        proxy,
        overrides,
        limits,
        clock,
        eventLoops,
        resolver,
        protection);
  }
}
