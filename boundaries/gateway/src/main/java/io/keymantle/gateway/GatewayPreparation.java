package io.keymantle.gateway;

/// Loads what every gateway of a process needs and takes long to load, the native TLS library and
/// the transport, on a thread of its own, while the home is opened.
public final class GatewayPreparation {
  private GatewayPreparation() {}

  /// Begins; returns at once. What fails here fails again, and is told, when a gateway starts.
  public static void begin() {
    Thread.ofPlatform()
        .daemon()
        .name("gateway-preparation")
        .start(() -> {
          var _ = Transport.isNative();
          var _ = LeafContexts.provider();
        });
  }
}
