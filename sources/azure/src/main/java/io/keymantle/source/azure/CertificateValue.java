package io.keymantle.source.azure;

import io.keymantle.source.http.Pem;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/// Makes PEM of a certificate that a vault keeps: its private key, then its chain; or one of them.
///
/// Not guaranteed: that the memory of the key is zeroed; the JDK's own does not offer it.
final class CertificateValue {
  private static final String PKCS12 = "application/x-pkcs12";
  private static final String PEM = "application/x-pem-file";
  private static final String KEY = "private_key";
  private static final String CHAIN = "certificate";

  private CertificateValue() {}

  /// What the secret behind a certificate has in it. The caller zeroes both arrays.
  ///
  /// @param value in the form that its content type says
  static byte[] of(AzureReference wanted, byte[] value, String contentType) throws SourceException {
    String member = wanted.item().member();
    if (!List.of("", KEY, CHAIN).contains(member)) {
      throw new SourceException(
          Reason.PROPERTY_MISSING,
          wanted.name() + " has no " + member,
          "name #" + KEY + " or #" + CHAIN + ", or neither for both");
    }
    try {
      return switch (contentType) {
        case PEM -> ofPem(wanted, value, member);
        case PKCS12 -> ofStore(wanted, value, member);
        default -> throw malformed(wanted, "is no certificate");
      };
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw malformed(wanted, "has a certificate that cannot be read");
    }
  }

  /// A certificate alone.
  static byte[] ofPublic(AzureReference wanted, byte[] encoded) throws SourceException {
    if (!wanted.item().member().isEmpty()) {
      throw new SourceException(
          Reason.PROPERTY_MISSING,
          wanted.name() + " is a certificate, which has no members",
          "leave out what is after #");
    }
    return Pem.writeCertificate(encoded);
  }

  private static byte[] ofPem(AzureReference wanted, byte[] value, String member)
      throws GeneralSecurityException, IOException, SourceException {
    List<X509Certificate> chain = Pem.certificates(value);
    if (member.equals(CHAIN)) {
      return write(List.of(), chain);
    }
    try {
      return write(List.of(Pem.privateKey(value)), member.equals(KEY) ? List.of() : chain);
    } catch (GeneralSecurityException e) {
      throw withoutKey(wanted);
    }
  }

  /// Key Vault writes it without a password.
  private static byte[] ofStore(AzureReference wanted, byte[] value, String member)
      throws GeneralSecurityException, IOException, SourceException {
    byte[] encoded = Base64.getDecoder().decode(value);
    try {
      char[] none = new char[0];
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(encoded), none);
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, none) instanceof PrivateKey key) {
          List<Certificate> chain = List.of(store.getCertificateChain(alias));
          return write(
              member.equals(CHAIN) ? List.of() : List.of(key),
              member.equals(KEY) ? List.of() : chain);
        }
      }
      throw withoutKey(wanted);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static byte[] write(List<PrivateKey> keys, List<? extends Certificate> chain)
      throws GeneralSecurityException, IOException {
    try (Text out = new Text()) {
      for (PrivateKey key : keys) {
        byte[] text = Pem.write(key);
        out.write(text);
        Arrays.fill(text, (byte) 0);
      }
      for (Certificate each : chain) {
        out.write(Pem.writeCertificate(each.getEncoded()));
      }
      return out.toByteArray();
    }
  }

  /// Large enough for a key and a chain, so that it does not grow and leave a copy; zeroed.
  private static final class Text extends ByteArrayOutputStream {
    Text() {
      super(128 * 1024);
    }

    @Override
    public void close() {
      Arrays.fill(buf, (byte) 0);
    }
  }

  private static SourceException withoutKey(AzureReference wanted) {
    return new SourceException(
        Reason.FORBIDDEN,
        "the private key of " + wanted.name() + " is not given away by its vault",
        "let the certificate's policy make it exportable, or name cert/" + wanted.name());
  }

  private static SourceException malformed(AzureReference wanted, String what) {
    return new SourceException(
        Reason.MALFORMED, wanted.name() + " " + what, "read it as secret/" + wanted.name());
  }
}
