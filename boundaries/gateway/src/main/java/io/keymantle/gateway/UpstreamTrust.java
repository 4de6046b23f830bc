package io.keymantle.gateway;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// The one TLS context for upstream connections: trusts the platform's authorities and those of the
/// configured PEM files, and resumes sessions.
final class UpstreamTrust {
  private static final List<Path> SYSTEM_FILES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/cert.pem"));

  private UpstreamTrust() {}

  /// @throws IOException when a trust file cannot be read or holds no certificate
  static SslContext context(GatewayConfiguration configuration) throws IOException {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(LeafContexts.provider())
              .protocols("TLSv1.3", "TLSv1.2")
              .applicationProtocolConfig(LeafContexts.HTTP11);
      if (configuration.protection().has(Guard.PEER)) {
        return builder.trustManager(managers(configuration)).build();
      }
      return builder
          .trustManager(InsecureTrustManagerFactory.INSTANCE)
          .endpointIdentificationAlgorithm(null)
          .build();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read the trusted authorities", e);
    }
  }

  private static TrustManagerFactory managers(GatewayConfiguration configuration)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int count = 0;
    if (configuration.systemTrust()) {
      count = addSystem(store);
    }
    for (Path file : configuration.trust()) {
      int before = count;
      count = addFile(store, file, count);
      if (count == before) {
        throw new IOException("no certificate in " + file);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  private static int addSystem(KeyStore store) throws IOException, GeneralSecurityException {
    for (Path file : SYSTEM_FILES) {
      if (Files.isReadable(file)) {
        return addFile(store, file, 0);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    int count = 0;
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager trusted) {
        for (X509Certificate authority : trusted.getAcceptedIssuers()) {
          store.setCertificateEntry("ca" + count++, authority);
        }
      }
    }
    return count;
  }

  private static int addFile(KeyStore store, Path file, int count)
      throws IOException, GeneralSecurityException {
    // The JDK's PEM reader takes single bytes, each of which would be a system call on a file.
    InputStream in = new ByteArrayInputStream(Files.readAllBytes(file));
    for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
      store.setCertificateEntry("ca" + count++, authority);
    }
    return count;
  }
}
