package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The roots that an agent's clients trust: those of the system and our own. Made once for each
/// state of both and kept in a folder; public data only.
///
/// @param bundle all roots, PEM
/// @param keyStore the same for Java, PKCS #12 without a password
/// @param certificate our own root alone
record TrustFiles(Path bundle, Path keyStore, Path certificate) {
  static final String BUNDLE = "ca-bundle.pem";
  static final String KEY_STORE = "trust.p12";
  static final String CERTIFICATE = "ca.pem";

  private static final List<String> SYSTEM_BUNDLES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem",
          "/etc/ssl/cert.pem",
          "/opt/homebrew/etc/ca-certificates/cert.pem");

  /// @param folder where they are kept
  /// @param environment where a bundle of the caller's own may be named
  static TrustFiles of(Path folder, Path certificate, Map<String, String> environment)
      throws IOException {
    ByteArrayOutputStream roots = new ByteArrayOutputStream(256 * 1024);
    roots.writeBytes(systemRoots(environment));
    roots.write('\n');
    roots.writeBytes(Files.readAllBytes(certificate));
    byte[] bundle = roots.toByteArray();
    Files.createDirectories(folder);
    Path bundleFile = folder.resolve(hash(bundle) + ".pem");
    Path keyStoreFile = folder.resolve(hash(bundle) + ".p12");
    if (!Files.exists(bundleFile)) {
      write(folder, bundleFile, bundle);
    }
    if (!Files.exists(keyStoreFile)) {
      write(folder, keyStoreFile, keyStore(bundle));
    }
    return new TrustFiles(bundleFile, keyStoreFile, certificate);
  }

  /// By the names that they have inside an isolated run.
  Map<String, Path> files() {
    return Map.of(BUNDLE, bundle, KEY_STORE, keyStore, CERTIFICATE, certificate);
  }

  /// The key store that belongs to a bundle, inside an isolated run and outside.
  static String keyStoreBeside(String bundle) {
    return bundle.endsWith("/" + BUNDLE)
        ? bundle.replace(BUNDLE, KEY_STORE)
        : bundle.replaceFirst("\\.pem$", ".p12");
  }

  private static byte[] systemRoots(Map<String, String> environment) throws IOException {
    String own = environment.getOrDefault("SSL_CERT_FILE", "");
    if (!own.isEmpty() && Files.isReadable(Path.of(own))) {
      return Files.readAllBytes(Path.of(own));
    }
    for (String candidate : SYSTEM_BUNDLES) {
      if (Files.isReadable(Path.of(candidate))) {
        return Files.readAllBytes(Path.of(candidate));
      }
    }
    // Every connection that the gateway intercepts needs our own root only.
    return new byte[0];
  }

  private static byte[] keyStore(byte[] bundle) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int index = 0;
      for (Certificate root :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(certificatesOnly(bundle)))) {
        store.setCertificateEntry("root-" + index++, root);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream(bundle.length);
      store.store(out, null);
      return out.toByteArray();
    } catch (GeneralSecurityException e) {
      throw RefusedException.of(
          ErrorCode.INTERNAL,
          "the system's root certificates cannot be read",
          "name a bundle in SSL_CERT_FILE");
    }
  }

  /// Bundles of some systems have text between the certificates, which the parser does not take.
  private static byte[] certificatesOnly(byte[] bundle) {
    StringBuilder certificates = new StringBuilder(bundle.length);
    boolean inside = false;
    for (String line : new String(bundle, StandardCharsets.ISO_8859_1).split("\n")) {
      inside |= line.startsWith("-----BEGIN CERTIFICATE-----");
      if (inside) {
        certificates.append(line.strip()).append('\n');
      }
      inside &= !line.startsWith("-----END CERTIFICATE-----");
    }
    return certificates.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path folder, Path target, byte[] content) throws IOException {
    Path fresh = Files.createTempFile(folder, "trust", ".new");
    try (OutputStream out = Files.newOutputStream(fresh)) {
      out.write(content);
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
