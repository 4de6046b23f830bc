package io.keymantle.source.azure;

import io.keymantle.source.http.JsonBody;
import io.keymantle.source.http.Jws;
import io.keymantle.source.http.LoginFile;
import io.keymantle.source.http.Pem;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Proves who the broker is at Entra ID by a certificate: signs the assertion of RFC 7523 §3 as
/// Entra has it (https://learn.microsoft.com/entra/identity-platform/certificate-credentials). Read
/// anew for each login.
final class ClientCertificate {
  static final String VARIABLE = "AZURE_CLIENT_CERTIFICATE_PATH";

  private static final String FIX =
      "name PEM files, certificate=FILE and key=FILE, or PKCS #12 by " + VARIABLE;

  /// Entra wants it short.
  private static final long LIFE_SECONDS = 300;

  private final SourceSettings settings;
  private final Clock clock;
  private final RandomGenerator random;

  ClientCertificate(SourceSettings settings, Clock clock, RandomGenerator random) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
  }

  private record Pair(PrivateKey key, Certificate certificate) {}

  /// Whether the source's own settings have one.
  boolean isSet() {
    return settings.secrets().containsKey("client-certificate")
        || settings.text("certificate").isPresent();
  }

  /// The assertion; the caller zeroes it.
  byte[] assertion(String clientId, URI audience) throws SourceException {
    try {
      Pair pair = find();
      byte[] thumbprint =
          MessageDigest.getInstance("SHA-256").digest(pair.certificate().getEncoded());
      JsonBody header = new JsonBody().with("typ", "JWT").with("x5t#S256", Jws.encode(thumbprint));
      long now = clock.instant().getEpochSecond();
      JsonBody claims =
          new JsonBody()
              .with("aud", audience.toString())
              .with("iss", clientId)
              .with("sub", clientId)
              .with("jti", new UUID(random.nextLong(), random.nextLong()).toString())
              .with("nbf", now)
              .with("iat", now)
              .with("exp", now + LIFE_SECONDS);
      return Jws.PS256.sign(pair.key(), header, claims);
    } catch (GeneralSecurityException e) {
      throw unusable(
          "the client certificate of " + settings.scheme() + " is none of RSA with its key");
    }
  }

  private Pair find() throws SourceException, GeneralSecurityException {
    Optional<byte[]> login = settings.login("client-certificate");
    if (login.isPresent()) {
      return ofPem(login.get(), login.get());
    }
    Path file =
        settings
            .text("certificate", VARIABLE)
            .map(Path::of)
            .orElseThrow(() -> unusable(settings.scheme() + " has no client certificate"));
    byte[] text = LoginFile.read(file, FIX);
    if (isStore(text)) {
      return ofStore(text);
    }
    Optional<String> key = settings.text("key");
    return ofPem(text, key.isPresent() ? LoginFile.read(Path.of(key.get()), FIX) : text);
  }

  /// PKCS #12 is a sequence of DER.
  private static boolean isStore(byte[] text) {
    return text.length > 0 && text[0] == 0x30;
  }

  private static Pair ofPem(byte[] certificates, byte[] key) throws GeneralSecurityException {
    try {
      return new Pair(Pem.privateKey(key), Pem.certificates(certificates).getFirst());
    } finally {
      Arrays.fill(certificates, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private Pair ofStore(byte[] text) throws GeneralSecurityException {
    char[] password =
        settings.variable("AZURE_CLIENT_CERTIFICATE_PASSWORD").orElse("").toCharArray();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(text), password);
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, password) instanceof PrivateKey key) {
          return new Pair(key, store.getCertificate(alias));
        }
      }
    } catch (IOException e) {
      // Another password, or no such file: said below.
    } finally {
      Arrays.fill(password, ' ');
      Arrays.fill(text, (byte) 0);
    }
    throw new CertificateException("no key with its certificate");
  }

  private static SourceException unusable(String message) {
    return new SourceException(Reason.UNAUTHENTICATED, message, FIX);
  }
}
