package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
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

  /// @throws RefusedException with `invalid_configuration` when a configured file cannot be read or
  ///   holds no certificate
  UpstreamTrust(GatewayConfiguration configuration) {
    this.configuration = configuration;
    for (Path file : configuration.trust()) {
      if (!SystemAuthorities.isBundle(file)) {
        own.addAll(configured(file));
      }
    }
  }

  private static List<X509Certificate> configured(Path file) {
    try {
      List<X509Certificate> found = SystemAuthorities.read(file);
      if (!found.isEmpty()) {
        return found;
      }
    } catch (IOException unreadable) {
      // The same answer as for a file without one.
    }
    throw RefusedException.of(
        ErrorCode.INVALID_CONFIGURATION,
        "failed to trust the authorities in " + file + ": it holds no certificate that can be read",
        "name a readable file of PEM certificates in --upstream-ca or SSL_CERT_FILE");
  }

  /// Makes the context; takes a while.
  void load() {
    try {
      context.complete(make());
    } catch (IOException | GeneralSecurityException | RuntimeException | Error e) {
      // Whatever it is: connections that wait for the context must be told.
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
