package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.TrustLevel;
import io.keymantle.sandbox.GatewayRoute;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where agents reach a broker, as it says itself: in the answer to a run's start, or in
/// `broker.json` of the folder that agents may see.
///
/// @param api the agent API
/// @param gateway the proxy
/// @param gatewayFolder the folder of the gateway's Unix socket
/// @param certificate the local root, PEM
/// @param trust what separates agents that are not isolated from this broker
/// @param version the broker's
record BrokerPlace(
    URI api, URI gateway, Path gatewayFolder, Path certificate, TrustLevel trust, String version) {

  static BrokerPlace of(JsonObject said) {
    return new BrokerPlace(
        URI.create(said.text("api")),
        URI.create(said.text("gateway")),
        Path.of(said.text("gatewayFolder")),
        Path.of(said.text("ca")),
        said.text("trust").equals(TrustLevel.SEPARATE_USER.toString())
            ? TrustLevel.SEPARATE_USER
            : TrustLevel.SAME_USER,
        said.text("version"));
  }

  /// The broker of the home, or else that of the system service; empty when neither runs.
  static Optional<BrokerPlace> find(HomeDirectory home) {
    return read(home.gatewayFolder()).or(BrokerPlace::ofService);
  }

  /// The system service's broker; empty when it does not run.
  static Optional<BrokerPlace> ofService() {
    return read(HomeDirectory.SERVICE_FOLDER);
  }

  /// Whether this user may open the gateway's socket.
  boolean isSocketOpen() {
    return Files.isWritable(gatewayFolder.resolve(GatewayRoute.SOCKET));
  }

  /// The command after which this user may, from its next login on.
  String socketFix() {
    String group = "keymantle-agents";
    try {
      group =
          String.valueOf(
              Files.getAttribute(gatewayFolder.resolve(GatewayRoute.SOCKET), "posix:group"));
    } catch (IOException gone) {
      // The usual name is as good as any then.
    }
    return "sudo usermod --append --groups " + group + " " + System.getProperty("user.name");
  }

  private static Optional<BrokerPlace> read(Path folder) {
    try {
      return Optional.of(of(Json.object(Files.readAllBytes(folder.resolve("broker.json")))));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
