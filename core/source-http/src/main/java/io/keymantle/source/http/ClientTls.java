package io.keymantle.source.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// TLS with an authority or a certificate of one's own, in PEM.
final class ClientTls {
  private ClientTls() {}

  /// @param ca trusted instead of the system's authorities
  /// @param key stays the caller's
  static SSLContext context(
      SourceSettings settings,
      Optional<byte[]> ca,
      Optional<byte[]> certificate,
      Optional<byte[]> key) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          certificate.isPresent() ? managers(settings, certificate.get(), key.orElseThrow()) : null,
          ca.isPresent() ? trust(settings, ca.get()) : null,
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw settings.refused(
          "what it trusts or is in TLS cannot be used", "name PEM files: certificates, a key");
    }
  }

  private static TrustManager[] trust(SourceSettings settings, byte[] pem)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (Certificate each : certificates(settings, pem, "ca")) {
      store.setCertificateEntry("ca" + number++, each);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] managers(SourceSettings settings, byte[] certificate, byte[] key)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] none = new char[0];
    store.setKeyEntry(
        "client",
        key(settings, key),
        none,
        certificates(settings, certificate, "certificate").toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, none);
    return factory.getKeyManagers();
  }

  private static List<X509Certificate> certificates(
      SourceSettings settings, byte[] pem, String setting) {
    try {
      return Pem.certificates(pem);
    } catch (CertificateException e) {
      throw settings.refused("its " + setting + " has no certificate in it", "name a PEM file");
    }
  }

  private static PrivateKey key(SourceSettings settings, byte[] pem) {
    try {
      return Pem.privateKey(pem);
    } catch (GeneralSecurityException e) {
      throw settings.refused(
          "its key is no private key in PEM, or is encrypted, or of a kind that is not known",
          "openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pem");
    }
  }
}
