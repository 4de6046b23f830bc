package io.keymantle.keys;

import static io.keymantle.keys.KeyringFixture.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the chains to two verifiers that are not ours: OpenSSL's and the JDK's.
final class CertificateChainIT {
  private static final Set<String> HOSTS = Set.of("api.github.com", "127.0.0.1", "[::1]");

  @TempDir private Path directory;
  private final Clock clock = Clock.systemUTC();
  private final RootCertificate root = RootCertificate.create("laptop", clock, RANDOM);
  private final InterceptionAuthority authority = new InterceptionAuthority(root, clock, RANDOM);

  @BeforeEach
  void writeRoot() throws IOException {
    Files.write(directory.resolve("ca.pem"), Pem.certificate(root.encodedCertificate()));
  }

  @Test
  void chain_forItsHost_isAcceptedAndForAnotherHostRefused() throws Exception {
    authority.permit(HOSTS);
    X509Certificate[] name = authority.certificate("api.github.com").chain();
    X509Certificate[] v4 = authority.certificate("127.0.0.1").chain();
    X509Certificate[] v6 = authority.certificate("[::1]").chain();

    assertThat(openssl(name, "-verify_hostname", "api.github.com")).endsWith("OK");
    assertThat(openssl(v4, "-verify_ip", "127.0.0.1")).endsWith("OK");
    assertThat(openssl(v6, "-verify_ip", "::1")).endsWith("OK");
    assertThat(openssl(name, "-verify_hostname", "evil.example")).contains("hostname mismatch");
    assertThat(openssl(v4, "-verify_ip", "127.0.0.2")).contains("IP address mismatch");
    assertThat(openssl(v4, "-verify_hostname", "api.github.com")).contains("hostname mismatch");
    jdk(name);
    jdk(v4);
    jdk(v6);
  }

  @Test
  void intermediate_signingForAHostOutsideItsSet_isRefusedByTheConstraints() throws Exception {
    Intermediate names = issue(Set.of("api.github.com"));
    Intermediate addresses = issue(Set.of("127.0.0.1"));
    Intermediate both = issue(HOSTS);

    for (var attack :
        List.of(
            List.of(names, "evil.example"),
            List.of(names, "github.com"),
            List.of(names, "127.0.0.1"),
            List.of(names, "[::1]"),
            List.of(addresses, "evil.example"),
            List.of(addresses, "127.0.0.2"),
            List.of(addresses, "[::1]"),
            List.of(both, "evil.example"),
            List.of(both, "10.0.0.1"))) {
      Intermediate intermediate = (Intermediate) attack.getFirst();
      X509Certificate[] chain = leaf(intermediate, (String) attack.getLast());
      assertThat(openssl(chain)).as("%s", attack.getLast()).contains("subtree violation");
      assertThat(catchJdk(chain)).isInstanceOf(CertPathValidatorException.class);
    }
  }

  @Test
  void extraHosts_areAcceptedUnderOneHostIntermediates() throws Exception {
    authority.permitAlso("elsewhere.example");
    authority.permitAlso("127.0.0.2");

    X509Certificate[] name = authority.certificate("elsewhere.example").chain();
    X509Certificate[] address = authority.certificate("127.0.0.2").chain();

    assertThat(openssl(name, "-verify_hostname", "elsewhere.example")).endsWith("OK");
    assertThat(openssl(address, "-verify_ip", "127.0.0.2")).endsWith("OK");
    jdk(name);
    jdk(address);
  }

  @Test
  void leafOfOneHost_signsForNobody() throws Exception {
    authority.permit(HOSTS);
    HostCertificate host = authority.certificate("api.github.com");
    RootCertificate posing = new RootCertificate(host.key(), host.chain()[0]);
    Intermediate below = Intermediate.issue(posing, HOSTS, clock.instant(), RANDOM);
    X509Certificate[] chain = leaf(below, "api.github.com");
    List<X509Certificate> longer = new ArrayList<>(List.of(chain));
    longer.addAll(List.of(host.chain()));

    assertThat(openssl(longer.toArray(X509Certificate[]::new))).doesNotEndWith("OK");
  }

  @Test
  void manyHosts_stillMakeAValidChain() throws Exception {
    Set<String> many = new TreeSet<>();
    for (int i = 0; i < 500; i++) {
      many.add("host" + i + ".example");
    }
    authority.permit(many);

    X509Certificate[] chain = authority.certificate("host77.example").chain();

    assertThat(openssl(chain, "-verify_hostname", "host77.example")).endsWith("OK");
  }

  private Intermediate issue(Set<String> hosts) {
    return Intermediate.issue(root, hosts, clock.instant(), RANDOM);
  }

  private X509Certificate[] leaf(Intermediate intermediate, String host) {
    return intermediate.leaf(host, Signing.newKeyPair(RANDOM), clock.instant(), RANDOM).chain();
  }

  private String openssl(X509Certificate[] chain, String... options) throws Exception {
    Path leaf = directory.resolve("leaf.pem");
    Files.write(leaf, Pem.certificate(chain[0].getEncoded()));
    Path untrusted = directory.resolve("untrusted.pem");
    StringBuilder others = new StringBuilder();
    for (int i = 1; i < chain.length; i++) {
      others.append(new String(Pem.certificate(chain[i].getEncoded()), StandardCharsets.US_ASCII));
    }
    Files.writeString(untrusted, others.toString());
    List<String> command =
        new ArrayList<>(
            List.of("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile"));
    command.add(directory.resolve("ca.pem").toString());
    command.addAll(List.of("-untrusted", untrusted.toString()));
    command.addAll(List.of(options));
    command.add(leaf.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.strip();
  }

  private void jdk(X509Certificate[] chain) throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(root.certificate(), null)));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(chain)), parameters);
  }

  private Throwable catchJdk(X509Certificate[] chain) {
    return catchThrowable(() -> jdk(chain));
  }
}
