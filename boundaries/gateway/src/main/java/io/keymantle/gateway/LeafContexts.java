package io.keymantle.gateway;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// TLS contexts with which the gateway answers for hosts, made off the event loop and kept, so that
/// clients can resume sessions. Thread-safe.
final class LeafContexts {
  private static final int MOST = 256;

  /// Shorter than any certificate's life by far; a renewed one is picked up after this.
  private static final long FRESH = Duration.ofHours(1).toNanos();

  static final ApplicationProtocolConfig HTTP11 =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_1_1);

  private final LeafSource source;
  private final Executor blocking;
  private final Map<String, Kept> contexts =
      new LinkedHashMap<String, Kept>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MOST;
        }
      };

  private record Kept(SslContext context, long madeAt, long edition) {}

  LeafContexts(LeafSource source, Executor blocking) {
    this.source = source;
    this.blocking = blocking;
  }

  static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  /// The context of a host when it is at hand.
  synchronized @Nullable SslContext cached(String host) {
    Kept entry = contexts.get(host);
    if (entry == null || entry.edition != source.edition()) {
      return null;
    }
    return System.nanoTime() - entry.madeAt < FRESH ? entry.context : null;
  }

  /// Makes the context of a host on another thread.
  CompletableFuture<SslContext> make(String host) {
    return CompletableFuture.supplyAsync(
        () -> {
          SslContext ready = cached(host);
          return ready != null ? ready : build(host);
        },
        blocking);
  }

  private SslContext build(String host) {
    long edition = source.edition();
    LeafSource.Leaf leaf = source.leaf(host);
    try {
      SslContext context =
          SslContextBuilder.forServer(leaf.key(), leaf.chain().toArray(new X509Certificate[0]))
              .sslProvider(provider())
              .protocols("TLSv1.3", "TLSv1.2")
              .applicationProtocolConfig(HTTP11)
              .build();
      synchronized (this) {
        contexts.put(host, new Kept(context, System.nanoTime(), edition));
      }
      return context;
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS context for " + host, e);
    }
  }
}
