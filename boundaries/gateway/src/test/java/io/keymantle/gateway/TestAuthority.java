package io.keymantle.gateway;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority for tests: signs leaves for any name.
final class TestAuthority implements LeafSource {
  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;
  private final AtomicLong edition = new AtomicLong();

  TestAuthority(String name) {
    certificate = sign("CN=" + name, keys, "CN=" + name, null);
  }

  X509Certificate certificate() {
    return certificate;
  }

  /// Withdraws the leaves so far.
  void renew() {
    edition.incrementAndGet();
  }

  @Override
  public long edition() {
    return edition.get();
  }

  @Override
  public Leaf leaf(String host) {
    KeyPair own = newKeys();
    return new Leaf(own.getPrivate(), List.of(sign("CN=test authority", own, "CN=leaf", host)));
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate sign(String issuer, KeyPair subject, String name, String host) {
    try {
      Instant now = Instant.now();
      X500Name by =
          host == null
              ? new X500Name(name)
              : new X500Name(certificate.getSubjectX500Principal().getName());
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              by,
              new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(Duration.ofDays(2))),
              new X500Name(name),
              subject.getPublic());
      if (host == null) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      } else {
        boolean address = UpstreamDialer.isLiteral(host);
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName(
                    address ? GeneralName.iPAddress : GeneralName.dNSName,
                    UpstreamDialer.bare(host))));
      }
      byte[] encoded =
          builder
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
              .getEncoded();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new java.io.ByteArrayInputStream(encoded));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes the authority's certificate as PEM.
  Path writePem(Path file) throws IOException, GeneralSecurityException {
    StringWriter text = new StringWriter();
    text.write("-----BEGIN CERTIFICATE-----\n");
    text.write(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()));
    text.write("\n-----END CERTIFICATE-----\n");
    return Files.writeString(file, text.toString());
  }

  /// What a server for this host uses.
  SSLContext server(String host) throws IOException, GeneralSecurityException {
    Leaf leaf = leaf(host);
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry(
        "leaf", leaf.key(), new char[0], leaf.chain().toArray(new X509Certificate[0]));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /// What a client that trusts this authority alone uses.
  SSLContext client() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", certificate);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
