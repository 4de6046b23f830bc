package io.keymantle.source.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// TLS with an authority or a certificate of one's own, from PEM files.
final class ClientTls {
  private static final String HEADER = "-----BEGIN PRIVATE KEY-----";
  private static final String FOOTER = "-----END PRIVATE KEY-----";

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

  private static Collection<? extends Certificate> certificates(SourceSettings settings, Path file)
      throws GeneralSecurityException, IOException {
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(file))) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw settings.refused(file + " has no certificate in it", "name a PEM file");
      }
      return found;
    }
  }

  /// The kind of key is not said in PKCS #8's header, so each is tried.
  private static PrivateKey key(SourceSettings settings, Path file)
      throws GeneralSecurityException, IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    int start = text.indexOf(HEADER);
    int end = text.indexOf(FOOTER);
    if (start < 0 || end < start) {
      throw settings.refused(
          file + " has no private key in PKCS #8",
          "openssl pkcs8 -topk8 -nocrypt -in " + file + " -out KEY.pem");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(text.substring(start + HEADER.length(), end));
    try {
      for (String algorithm : new String[] {"EC", "RSA", "EdDSA"}) {
        try {
          return KeyFactory.getInstance(algorithm)
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (java.security.spec.InvalidKeySpecException e) {
          // Of another kind.
        }
      }
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
    throw settings.refused(file + " has a key of a kind that is not known", "use RSA or EC");
  }
}
