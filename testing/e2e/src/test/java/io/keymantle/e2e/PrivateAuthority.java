package io.keymantle.e2e;

import io.keymantle.demo.DemoCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A company's own certificate authority, made by OpenSSL: no system trusts it, and the service's
/// certificate is signed by it rather than by itself.
final class PrivateAuthority {
  private static final String PASSWORD = "test-only";

  private PrivateAuthority() {}

  /// A service for the host, and the authority as PEM.
  static DemoCertificate certify(Path folder, String host) throws IOException {
    String newKey = "openssl req -x509 -days 2 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(
        folder,
        newKey + " -keyout authority.key -out authority.pem -subj '/CN=Company authority'",
        newKey
            + " -CA authority.pem -CAkey authority.key -keyout service.key -out service.pem"
            + " -subj '/CN=Service' -addext basicConstraints=critical,CA:false"
            + " -addext subjectAltName=DNS:"
            + host,
        "openssl pkcs12 -export -in service.pem -inkey service.key -certfile authority.pem"
            + " -out service.p12 -passout pass:"
            + PASSWORD);
    try (InputStream in = Files.newInputStream(folder.resolve("service.p12"))) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return new DemoCertificate(context, folder.resolve("authority.pem"));
    } catch (GeneralSecurityException e) {
      throw new IOException("failed to read what OpenSSL made", e);
    }
  }

  private static void openssl(Path folder, String... commands) throws IOException {
    Process process =
        new ProcessBuilder("/bin/sh", "-ec", String.join("\n", commands))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("OpenSSL failed: " + said);
    }
  }
}
