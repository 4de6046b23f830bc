package io.keymantle.keys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// Subject and authority key identifiers: the first 160 bits of SHA-256 over the key (RFC 7093 §2,
/// method 1).
final class KeyIdentifiers {
  private KeyIdentifiers() {}

  static SubjectKeyIdentifier subject(PublicKey key) {
    return new SubjectKeyIdentifier(of(key));
  }

  static AuthorityKeyIdentifier authority(PublicKey key) {
    return new AuthorityKeyIdentifier(of(key));
  }

  private static byte[] of(PublicKey key) {
    try {
      byte[] bits =
          SubjectPublicKeyInfo.getInstance(key.getEncoded()).getPublicKeyData().getBytes();
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bits), 20);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }
}
