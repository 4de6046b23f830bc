package io.keymantle.keys;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.ContentSigner;

/// P-256 keys and ECDSA signatures of the JDK, whose intrinsics are several times as fast as Bouncy
/// Castle's, put under Bouncy Castle's certificate builder.
final class Signing {
  private Signing() {}

  static KeyPair newKeyPair(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256 is not available", e);
    }
  }

  /// 127 random bits, never zero: unpredictable, and positive in DER (RFC 5280 §4.1.2.2).
  static BigInteger newSerial(SecureRandom random) {
    return new BigInteger(126, random).setBit(126);
  }

  static ContentSigner signer(PrivateKey key, SecureRandom random) {
    ByteArrayOutputStream toBeSigned = new ByteArrayOutputStream(1024);
    return new ContentSigner() {
      @Override
      public AlgorithmIdentifier getAlgorithmIdentifier() {
        return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
      }

      @Override
      public OutputStream getOutputStream() {
        return toBeSigned;
      }

      @Override
      public byte[] getSignature() {
        try {
          Signature signature = Signature.getInstance("SHA256withECDSA");
          signature.initSign(key, random);
          signature.update(toBeSigned.toByteArray());
          return signature.sign();
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException("failed to sign a certificate", e);
        }
      }
    };
  }

  static X509Certificate parse(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IllegalStateException("the JDK does not read a certificate made here", e);
    }
  }

  static byte[] encoded(X509CertificateHolder holder) {
    try {
      return holder.getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("failed to encode a certificate", e);
    }
  }
}
