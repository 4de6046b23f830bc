package io.keymantle.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// The certificate authorities that the platform trusts: of its PEM bundle, else of the JDK.
final class SystemAuthorities {
  private static final List<Path> BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/cert.pem"));

  private SystemAuthorities() {}

  static List<X509Certificate> read() throws IOException {
    Optional<Path> bundle = bundle();
    if (bundle.isPresent()) {
      return read(bundle.get());
    }
    try {
      return ofTheJdk();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read the JDK's authorities", e);
    }
  }

  /// Whether a file is the bundle that [#read()] reads.
  static boolean isBundle(Path file) {
    return bundle().equals(Optional.of(file));
  }

  private static Optional<Path> bundle() {
    return BUNDLES.stream().filter(Files::isReadable).findFirst();
  }

  /// The certificates in a PEM file.
  static List<X509Certificate> read(Path file) throws IOException {
    List<X509Certificate> found = new ArrayList<>();
    try {
      // The JDK's PEM reader takes single bytes, each of which would be a system call on a file.
      ByteArrayInputStream in = new ByteArrayInputStream(Files.readAllBytes(file));
      for (var authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        found.add((X509Certificate) authority);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read the certificates in " + file, e);
    }
    return found;
  }

  private static List<X509Certificate> ofTheJdk() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    List<X509Certificate> found = new ArrayList<>();
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager trusted) {
        found.addAll(List.of(trusted.getAcceptedIssuers()));
      }
    }
    return found;
  }
}
