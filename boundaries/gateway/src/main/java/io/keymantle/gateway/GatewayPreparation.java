package io.keymantle.gateway;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.Slf4JLoggerFactory;

/// Loads what every gateway of a process needs and takes long to load, the native TLS library and
/// the transport, on a thread of its own, while the home is opened.
public final class GatewayPreparation {
  private GatewayPreparation() {}

  /// Begins; returns at once. What fails here fails again, and is told, when a gateway starts.
  public static void begin() {
    // What Netty logs may hold bytes of what it carries: SLF4J without a provider drops it. Nor
    // does
    // it then look through every jar for a logging library.
    InternalLoggerFactory.setDefaultFactory(Slf4JLoggerFactory.INSTANCE);
    Thread.ofPlatform()
        .daemon()
        .name("gateway-preparation")
        .start(() -> {
          var _ = Transport.isNative();
          var _ = LeafContexts.provider();
        });
  }
}
