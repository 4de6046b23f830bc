package io.keymantle.source.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// TLS with an authority or a certificate of one's own, from PEM files.
final class ClientTls {
  private ClientTls() {}

  /// @param ca trusted instead of the system's authorities
  static SSLContext context(
      SourceSettings settings, Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          certificate.isPresent() ? managers(settings, certificate.get(), key.orElseThrow()) : null,
          ca.isPresent() ? trust(settings, ca.get()) : null,
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw settings.refused(
          "its TLS files cannot be used", "name PEM files: certificates, and a key in PKCS #8");
    }
  }

  private static TrustManager[] trust(SourceSettings settings, Path file)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (Certificate each : certificates(settings, file)) {
      store.setCertificateEntry("ca" + number++, each);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] managers(SourceSettings settings, Path certificate, Path key)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] none = new char[0];
    store.setKeyEntry(
        "client",
        key(settings, key),
        none,
        certificates(settings, certificate).toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, none);
    return factory.getKeyManagers();
  }

  private static List<X509Certificate> certificates(SourceSettings settings, Path file)
      throws IOException {
    try {
      return Pem.certificates(Files.readAllBytes(file));
    } catch (CertificateException e) {
      throw settings.refused(file + " has no certificate in it", "name a PEM file");
    }
  }

  private static PrivateKey key(SourceSettings settings, Path file) throws IOException {
    byte[] text = Files.readAllBytes(file);
    try {
      return Pem.privateKey(text);
    } catch (GeneralSecurityException e) {
      throw settings.refused(
          file + " has no private key in PKCS #8 of a kind that is known",
          "openssl pkcs8 -topk8 -nocrypt -in " + file + " -out KEY.pem");
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }
}
