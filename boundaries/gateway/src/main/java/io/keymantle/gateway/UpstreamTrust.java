package io.keymantle.gateway;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.TrustManagerFactory;

/// Whom upstream connections trust: the platform's authorities, and those of the configured PEM
/// files. The one TLS context for them resumes sessions. Thread-safe.
///
/// The configured files are read at once, since a mistake in them must be told at start; the
/// platform's authorities, which are many, when the gateway listens already.
final class UpstreamTrust {
  private final GatewayConfiguration configuration;
  private final List<X509Certificate> own = new ArrayList<>();
  private final CompletableFuture<SslContext> context = new CompletableFuture<>();

  /// @throws IOException when a configured file cannot be read or holds no certificate
  UpstreamTrust(GatewayConfiguration configuration) throws IOException {
    this.configuration = configuration;
    for (Path file : configuration.trust()) {
      if (!SystemAuthorities.isBundle(file)) {
        List<X509Certificate> found = SystemAuthorities.read(file);
        if (found.isEmpty()) {
          throw new IOException("no certificate in " + file);
        }
        own.addAll(found);
      }
    }
  }

  /// Makes the context; takes a while.
  void load() {
    try {
      context.complete(make());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      context.completeExceptionally(e);
    }
  }

  /// The context, once it is made. When it cannot be made, no upstream is trusted.
  CompletableFuture<SslContext> context() {
    return context;
  }

  private SslContext make() throws IOException, GeneralSecurityException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(LeafContexts.provider())
            .protocols("TLSv1.3", "TLSv1.2")
            .applicationProtocolConfig(LeafContexts.HTTP11);
    if (configuration.protection().has(Guard.PEER)) {
      return builder.trustManager(managers()).build();
    }
    return builder
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  private TrustManagerFactory managers() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    List<X509Certificate> trusted = new ArrayList<>(SystemAuthorities.read());
    trusted.addAll(own);
    for (int i = 0; i < trusted.size(); i++) {
      store.setCertificateEntry("ca" + i, trusted.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
