package io.keymantle.server;

import io.keymantle.api.AgentRoutes;
import io.keymantle.api.ApiChannel;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.gateway.Gateway;
import io.keymantle.gateway.GatewayConfiguration;
import io.keymantle.gateway.UpstreamProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What agents reach: gateway and agent API on one port of loopback, and the same on the Unix
/// socket of isolated runs.
///
/// @param gateway the proxy's URL
/// @param api where the agent API is: the same listener, or the further port that was asked for
record Listeners(Gateway running, GatewayFolder folder, URI gateway, URI api)
    implements AutoCloseable {

  /// @throws IOException when the Unix socket cannot be used
  /// @throws RefusedException when a port is taken, or a trust file cannot be used
  static Listeners start(OpenHome home, BrokerOptions options, Map<String, String> environment)
      throws IOException {
    GatewayFolder folder = GatewayFolder.of(home.directory(), options);
    folder.make();
    Services services = new Services(() -> home, folder.path());
    ApiChannel api = ApiChannel.forAgents(new AgentRoutes(home.control(), services, services));
    GatewayConfiguration configuration =
        GatewayConfiguration.of(
                home.redeemer(), new PermittedLeaves(home.interceptionAuthority(), home.control()))
            .withOrigin(api::addTo)
            .withSocket(folder.socket())
            .withTrust(options.upstreamCa())
            .withOverrides(options.overrides());
    String proxy =
        environment.getOrDefault("HTTPS_PROXY", environment.getOrDefault("https_proxy", ""));
    if (!proxy.isEmpty()) {
      String direct =
          environment.getOrDefault("NO_PROXY", environment.getOrDefault("no_proxy", ""));
      configuration = configuration.withProxy(upstreamProxy(proxy, direct));
    }
    RememberedPort remembered = RememberedPort.ofGateway(home.directory());
    Gateway running = listen(configuration, options, remembered);
    List<InetSocketAddress> bound = running.addresses();
    remembered.remember(bound.getFirst().getPort());
    Listeners listeners =
        new Listeners(running, folder, url(bound.getFirst()), url(bound.getLast()));
    try {
      folder.publish(
          home.directory(),
          Map.of(
              "gateway",
              listeners.gateway,
              "api",
              listeners.api,
              "version",
              StatusText.VERSION,
              "trust",
              options.trust()));
      return listeners;
    } catch (IOException | RuntimeException e) {
      listeners.close();
      throw e;
    }
  }

  private static Gateway listen(
      GatewayConfiguration configuration, BrokerOptions options, RememberedPort remembered)
      throws IOException {
    int wanted = options.gatewayPort().orElseGet(remembered::port);
    try {
      return Gateway.start(configuration.withListen(addresses(wanted, options)));
    } catch (IOException e) {
      if (options.gatewayPort().isPresent() || options.apiPort().isPresent()) {
        throw RefusedException.of(
            ErrorCode.INVALID_CONFIGURATION,
            "the broker " + e.getMessage() + ": another program may hold the port",
            "keymantle up --gateway-port 0"
                + (options.apiPort().isPresent() ? " --api-port 0" : ""));
      }
      // The port of last time has been taken by something else; agents learn the new one from their
      // run.
      return Gateway.start(configuration.withListen(addresses(0, options)));
    }
  }

  private static List<InetSocketAddress> addresses(int gatewayPort, BrokerOptions options) {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    List<InetSocketAddress> addresses =
        new ArrayList<>(List.of(new InetSocketAddress(loopback, gatewayPort)));
    options.apiPort().ifPresent(port -> addresses.add(new InetSocketAddress(loopback, port)));
    return addresses;
  }

  private static UpstreamProxy upstreamProxy(String url, String direct) {
    try {
      return UpstreamProxy.parse(url, direct);
    } catch (IllegalArgumentException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "HTTPS_PROXY is not http://host:port",
          "correct it or unset it, then keymantle up");
    }
  }

  private static URI url(InetSocketAddress address) {
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  @Override
  public void close() {
    try {
      folder.withdraw();
    } catch (IOException e) {
      System.getLogger("io.keymantle.server")
          .log(System.Logger.Level.WARNING, "could not delete broker.json in " + folder.path());
    }
    running.close();
  }
}
