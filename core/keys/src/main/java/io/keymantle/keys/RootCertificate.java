package io.keymantle.keys;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/// The home's own root: P-256, ten years, made once at `init`. It signs intermediates only, and is
/// trusted only by what `keymantle run` starts.
record RootCertificate(PrivateKey key, X509Certificate certificate) {
  static final Duration BACKDATED = Duration.ofHours(1);
  private static final int YEARS = 10;

  static RootCertificate create(String hostname, Clock clock, SecureRandom random) {
    KeyPair pair = Signing.newKeyPair(random);
    X500Name name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.CN, "Keymantle local root (" + printable(hostname) + ")")
            .build();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant end = now.atOffset(ZoneOffset.UTC).plusYears(YEARS).toInstant();
    try {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
                  name,
                  Signing.newSerial(random),
                  Date.from(now.minus(BACKDATED)),
                  Date.from(end),
                  name,
                  SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(1))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
              .addExtension(
                  Extension.subjectKeyIdentifier, false, KeyIdentifiers.subject(pair.getPublic()));
      return new RootCertificate(
          pair.getPrivate(),
          Signing.parse(Signing.encoded(builder.build(Signing.signer(pair.getPrivate(), random)))));
    } catch (CertIOException e) {
      throw new IllegalStateException("failed to make the root certificate", e);
    }
  }

  static RootCertificate restore(byte[] encodedKey, byte[] encodedCertificate) {
    try {
      PrivateKey key =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encodedKey));
      return new RootCertificate(key, Signing.parse(encodedCertificate));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the keyring holds no usable root key", e);
    }
  }

  byte[] encodedKey() {
    return key.getEncoded();
  }

  byte[] encodedCertificate() {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("failed to encode the root certificate", e);
    }
  }

  /// RFC 5280 bounds a common name to 64 characters; the fixed part takes 23.
  private static String printable(String hostname) {
    String clean = hostname.replaceAll("[^A-Za-z0-9._-]", "-");
    return clean.substring(0, Math.min(clean.length(), 40));
  }

  @Override
  public String toString() {
    return "[root " + certificate.getSubjectX500Principal() + "]";
  }
}
