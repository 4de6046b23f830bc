package io.keymantle.source.http;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Keys and certificates as text (RFC 7468). One text may have several in it, of both.
///
/// Not guaranteed: that the memory of a key is zeroed; the JDK's own does not offer it.
public final class Pem {
  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";

  private Pem() {}

  /// Brings a key into PKCS #8.
  private interface Form {
    byte[] pkcs8(byte[] key) throws GeneralSecurityException;
  }

  private static final Map<String, Form> FORMS =
      Map.of(KEY, byte[]::clone, "RSA PRIVATE KEY", Pkcs8::ofRsa, "EC PRIVATE KEY", Pkcs8::ofEc);

  /// A private key: in PKCS #8, or of RSA or EC in its own form. Encrypted ones are not read.
  ///
  /// @param text stays the caller's
  /// @throws GeneralSecurityException saying what is wrong with it, as the end of a sentence
  public static PrivateKey privateKey(byte[] text) throws GeneralSecurityException {
    for (Map.Entry<String, Form> form : FORMS.entrySet()) {
      List<byte[]> found = blocks(text, form.getKey());
      if (found.isEmpty()) {
        continue;
      }
      byte[] encoded = new byte[0];
      try {
        encoded = form.getValue().pkcs8(found.getFirst());
        return privateKeyOf(encoded);
      } finally {
        Arrays.fill(encoded, (byte) 0);
        found.forEach(each -> Arrays.fill(each, (byte) 0));
      }
    }
    throw new InvalidKeyException("has no private key in PEM, or an encrypted one");
  }

  private static PrivateKey privateKeyOf(byte[] pkcs8) throws GeneralSecurityException {
    // The kind of key is not said in PKCS #8's header, so each is tried.
    for (String algorithm : new String[] {"EC", "RSA", "EdDSA"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // Of another kind.
      }
    }
    throw new InvalidKeyException("has a private key of a kind that is not known");
  }

  /// All certificates, in turn.
  ///
  /// @throws CertificateException when there is none, or one that cannot be read
  public static List<X509Certificate> certificates(byte[] text) throws CertificateException {
    List<X509Certificate> found = new ArrayList<>();
    for (byte[] each : blocks(text, CERTIFICATE)) {
      found.add(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(each)));
    }
    if (found.isEmpty()) {
      throw new CertificateException("has no certificate in it");
    }
    return found;
  }

  /// A private key as text; the caller zeroes it.
  public static byte[] write(PrivateKey key) {
    byte[] encoded = key.getEncoded();
    try {
      return write(KEY, encoded);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /// A certificate as text.
  ///
  /// @param encoded in DER
  public static byte[] writeCertificate(byte[] encoded) {
    return write(CERTIFICATE, encoded);
  }

  private static byte[] write(String label, byte[] encoded) {
    byte[] lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(encoded);
    try (ZeroedBytes out = new ZeroedBytes(lines.length + 64)) {
      out.writeBytes(ascii("-----BEGIN " + label + "-----\n"));
      out.writeBytes(lines);
      out.writeBytes(ascii("\n-----END " + label + "-----\n"));
      return out.toByteArray();
    } finally {
      Arrays.fill(lines, (byte) 0);
    }
  }

  /// What stands between the lines of this label, decoded; one that does not end is none.
  private static List<byte[]> blocks(byte[] text, String label) {
    byte[] begin = ascii("-----BEGIN " + label + "-----");
    byte[] finish = ascii("-----END " + label + "-----");
    List<byte[]> found = new ArrayList<>();
    for (int at = indexOf(text, begin, 0); at >= 0; at = indexOf(text, begin, at)) {
      int start = at + begin.length;
      int end = indexOf(text, finish, start);
      if (end < 0) {
        return found;
      }
      byte[] encoded = Arrays.copyOfRange(text, start, end);
      try {
        found.add(Base64.getMimeDecoder().decode(encoded));
      } catch (IllegalArgumentException e) {
        // No base64: the reader of the block would not take it either.
        found.add(new byte[0]);
      } finally {
        Arrays.fill(encoded, (byte) 0);
      }
      at = end;
    }
    return found;
  }

  private static int indexOf(byte[] in, byte[] what, int from) {
    for (int i = from; i <= in.length - what.length; i++) {
      if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
