package io.keymantle.source.http;

import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;

/// Puts private keys that stand alone, of RSA as PKCS #1 has them or of EC as SEC 1 does, into PKCS
/// #8, which is all that the JDK reads. Many tools still write the former.
final class Pkcs8 {
  /// AlgorithmIdentifier of RFC 8017: rsaEncryption, NULL.
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /// OBJECT IDENTIFIER of RFC 5480: ecPublicKey; the curve's own follows it.
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private static final byte[] VERSION = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int PARAMETERS = 0xa0;

  private Pkcs8() {}

  /// Of a key as PKCS #1 has it. The caller zeroes both.
  static byte[] ofRsa(byte[] key) {
    return wrapped(RSA, key);
  }

  /// Of a key as SEC 1 has it. The caller zeroes both.
  ///
  /// @throws GeneralSecurityException when it names no curve
  static byte[] ofEc(byte[] key) throws GeneralSecurityException {
    return wrapped(element(SEQUENCE, EC, curve(key)), key);
  }

  private static byte[] wrapped(byte[] algorithm, byte[] der) {
    byte[] octets = element(OCTETS, der);
    try {
      return element(SEQUENCE, VERSION, algorithm, octets);
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }

  /// One element of DER.
  private static byte[] element(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    try (ZeroedBytes out = new ZeroedBytes(length + 5)) {
      out.write(tag);
      if (length >= 0x80) {
        int bytes = length > 0xffff ? 3 : length > 0xff ? 2 : 1;
        out.write(0x80 | bytes);
        for (int i = bytes - 1; i >= 0; i--) {
          out.write(length >> (8 * i));
        }
      } else {
        out.write(length);
      }
      for (byte[] part : parts) {
        out.writeBytes(part);
      }
      return out.toByteArray();
    }
  }

  /// The curve that an EC key names: `SEQUENCE {1, key, [0] curve, [1] public key}` of RFC 5915,
  /// whose elements are short.
  private static byte[] curve(byte[] der) throws GeneralSecurityException {
    int at = der.length > 1 && der[1] < 0 ? 2 + (der[1] & 0x7f) : 2;
    while (at + 1 < der.length && der[at + 1] >= 0) {
      int end = at + 2 + der[at + 1];
      if ((der[at] & 0xff) == PARAMETERS && end <= der.length) {
        return Arrays.copyOfRange(der, at + 2, end);
      }
      at = end;
    }
    throw new InvalidKeySpecException("the key names no curve");
  }
}
