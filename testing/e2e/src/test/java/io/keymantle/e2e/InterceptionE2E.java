package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The running broker signs for the names of the bindings as they are at the moment: each change
/// makes a new intermediate, whose constraints hold these names and no other. What a client does
/// with a leaf outside of them is in `CertificateChainIT`, where such a leaf can be signed.
class InterceptionE2E {
  private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

  @TempDir Path folder;
  private TestHome home;
  private String agent;
  private URI gateway;

  @Test
  void intermediate_follows_the_bindings_of_the_running_broker() throws Exception {
    try (Upstream upstream = Upstream.start(folder);
        TestHome started = TestHome.up(folder, upstream)) {
      home = started;
      agent = home.json("agent", "add", "main", "--json").get("token").stringValue();
      gateway = URI.create(home.json("status", "--json").get("gateway").stringValue());
      add("first", Upstream.HOST);

      List<X509Certificate> before = chain(Upstream.HOST);
      assertThat(verified(before, Upstream.HOST)).endsWith("OK");
      assertThat(verified(before, Upstream.OTHER)).contains("hostname mismatch");
      assertThat(permitted(before)).containsExactly(Upstream.HOST);
      assertThat(tunnel(Upstream.OTHER)).isEqualTo(403);

      add("second", Upstream.OTHER);

      List<X509Certificate> after = chain(Upstream.OTHER);
      assertThat(verified(after, Upstream.OTHER)).endsWith("OK");
      assertThat(permitted(after)).containsExactly(Upstream.HOST, Upstream.OTHER);
      assertThat(chain(Upstream.HOST).getLast()).isEqualTo(after.getLast());
      assertThat(after.getLast()).isNotEqualTo(before.getLast());

      home.must("credential", "remove", "second");

      assertThat(tunnel(Upstream.OTHER)).isEqualTo(403);
      assertThat(permitted(chain(Upstream.HOST))).containsExactly(Upstream.HOST);
    }
  }

  private void add(String credential, String host) {
    home.mustWithInput(
        "a value of eight bytes or more",
        "credential",
        "add",
        credential,
        "--destination",
        "https://" + host,
        "--agents",
        "main");
  }

  private int tunnel(String host) throws IOException {
    try (ProxyConnection connection = ProxyConnection.open(gateway)) {
      return connection.connect(host + ":443", agent).status();
    }
  }

  /// What the gateway shows for a host; the handshake itself holds it to the home's root.
  private List<X509Certificate> chain(String host) throws IOException {
    try (ProxyConnection connection = ProxyConnection.open(gateway)) {
      assertThat(connection.connect(host + ":443", agent).status()).isEqualTo(200);
      return connection.tls(home.path().resolve("ca.pem"), host).chain();
    }
  }

  /// The names that the intermediate may sign for, as OpenSSL reads them.
  private List<String> permitted(List<X509Certificate> chain) throws Exception {
    Path file = write("intermediate.pem", chain.getLast());
    String text = openssl("x509", "-in", file.toString(), "-noout", "-ext", "nameConstraints");
    assertThat(text).contains("X509v3 Name Constraints: critical").contains("Excluded:");
    return text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith("DNS:"))
        .map(line -> line.substring(4))
        .toList();
  }

  private String verified(List<X509Certificate> chain, String host) throws Exception {
    return openssl(
        "verify",
        "-x509_strict",
        "-purpose",
        "sslserver",
        "-CAfile",
        home.path().resolve("ca.pem").toString(),
        "-untrusted",
        write("intermediate.pem", chain.getLast()).toString(),
        "-verify_hostname",
        host,
        write("leaf.pem", chain.getFirst()).toString());
  }

  private Path write(String name, X509Certificate certificate)
      throws IOException, CertificateEncodingException {
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN CERTIFICATE-----\n"
            + PEM.encodeToString(certificate.getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  private static String openssl(String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.onExit().join();
    return said.strip();
  }
}
