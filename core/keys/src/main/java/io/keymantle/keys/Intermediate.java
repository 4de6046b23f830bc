package io.keymantle.keys;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/// A certificate authority for a fixed set of hosts, valid for days, whose key is only ever in
/// memory. Signs leaves, each for one host.
///
/// Its critical name constraints permit exactly the given names and addresses (RFC 5280 §4.2.1.10).
/// A kind of name of which none is given is excluded as a whole, since a constraint on one kind
/// leaves the other kinds free. A permitted DNS name also permits names below it: the standard has
/// no narrower form; the authority signs leaves for the exact names only.
final class Intermediate {
  static final Duration LIFE = Duration.ofDays(7);
  static final Duration LEAF_LIFE = Duration.ofDays(2);

  private static final X500Name NAME = new X500Name("CN=Keymantle gateway intermediate");
  // Not a host's name: clients that fall back to the common name find no host in it.
  private static final X500Name LEAF_NAME = new X500Name("CN=Keymantle gateway");

  /// A name that no host can have (RFC 6761 §6.4).
  private static final String NO_NAME = "none.invalid";

  private final PrivateKey key;
  private final X509Certificate certificate;
  private final Instant notAfter;

  private Intermediate(PrivateKey key, X509Certificate certificate, Instant notAfter) {
    this.key = key;
    this.certificate = certificate;
    this.notAfter = notAfter;
  }

  static Intermediate issue(
      RootCertificate root, Set<String> hosts, Instant now, SecureRandom random) {
    KeyPair pair = Signing.newKeyPair(random);
    Instant notAfter = now.plus(LIFE);
    try {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
                  X500Name.getInstance(root.certificate().getSubjectX500Principal().getEncoded()),
                  Signing.newSerial(random),
                  Date.from(now.minus(RootCertificate.BACKDATED)),
                  Date.from(notAfter),
                  NAME,
                  SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(Extension.nameConstraints, true, constraints(hosts))
              .addExtension(
                  Extension.subjectKeyIdentifier, false, KeyIdentifiers.subject(pair.getPublic()))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  KeyIdentifiers.authority(root.certificate().getPublicKey()));
      X509Certificate certificate =
          Signing.parse(Signing.encoded(builder.build(Signing.signer(root.key(), random))));
      return new Intermediate(pair.getPrivate(), certificate, notAfter);
    } catch (CertIOException e) {
      throw new IllegalStateException("failed to make an intermediate certificate", e);
    }
  }

  /// Whether a leaf signed now still has its full life.
  boolean isFresh(Instant now) {
    return now.plus(LEAF_LIFE).isBefore(notAfter);
  }

  /// Signs a leaf. The authority asks only for hosts of this intermediate; a leaf for any other
  /// would be refused by clients because of the name constraints.
  HostCertificate leaf(String host, KeyPair leafPair, Instant now, SecureRandom random) {
    Instant leafEnd = now.plus(LEAF_LIFE);
    PublicKey leafKey = leafPair.getPublic();
    try {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
                  NAME,
                  Signing.newSerial(random),
                  Date.from(now.minus(RootCertificate.BACKDATED)),
                  Date.from(leafEnd),
                  LEAF_NAME,
                  SubjectPublicKeyInfo.getInstance(leafKey.getEncoded()))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(
                  Extension.subjectAlternativeName, false, new GeneralNames(leafName(host)))
              .addExtension(Extension.subjectKeyIdentifier, false, KeyIdentifiers.subject(leafKey))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  KeyIdentifiers.authority(certificate.getPublicKey()));
      X509Certificate leaf =
          Signing.parse(Signing.encoded(builder.build(Signing.signer(key, random))));
      X509Certificate[] chain = {leaf, certificate};
      return new HostCertificate(
          host, leafPair.getPrivate(), chain, now.plus(LEAF_LIFE.dividedBy(2)));
    } catch (CertIOException e) {
      throw new IllegalStateException("failed to make a leaf certificate", e);
    }
  }

  private static NameConstraints constraints(Set<String> hosts) {
    List<GeneralSubtree> permitted = new ArrayList<>();
    boolean names = false;
    boolean addresses = false;
    for (String host : hosts.stream().sorted().toList()) {
      if (HostNames.isAddress(host)) {
        byte[] address = HostNames.address(host);
        byte[] subnet = Arrays.copyOf(address, address.length * 2);
        Arrays.fill(subnet, address.length, subnet.length, (byte) 0xff);
        permitted.add(subtree(GeneralName.iPAddress, subnet));
        addresses = true;
      } else {
        permitted.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, host)));
        names = true;
      }
    }
    List<GeneralSubtree> excluded = new ArrayList<>();
    if (!names) {
      // An excluded empty name would say it directly, but the JDK fails on that with a defect.
      permitted.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, NO_NAME)));
    }
    if (!addresses) {
      excluded.add(subtree(GeneralName.iPAddress, new byte[8]));
      excluded.add(subtree(GeneralName.iPAddress, new byte[32]));
    }
    return new NameConstraints(
        permitted.toArray(GeneralSubtree[]::new), excluded.toArray(GeneralSubtree[]::new));
  }

  private static GeneralSubtree subtree(int kind, byte[] octets) {
    return new GeneralSubtree(new GeneralName(kind, new DEROctetString(octets)));
  }

  private static GeneralName leafName(String host) {
    return HostNames.isAddress(host)
        ? new GeneralName(GeneralName.iPAddress, new DEROctetString(HostNames.address(host)))
        : new GeneralName(GeneralName.dNSName, host);
  }
}
