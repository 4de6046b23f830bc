package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service whose certificate a company's own authority signed is reached when the broker is told
/// of the authority, by `--upstream-ca` or `SSL_CERT_FILE`, and only then. Files are named as a
/// person names them: relative to where they are.
@Tag("slow")
class UpstreamTrustE2E {
  private static final String VALUE = "ghp_e2eTrust0123456789abcdefABCDEFGH";
  private static final String FILE = "authority.pem";

  @TempDir static Path shared;
  private static Path authority;
  private static Upstream upstream;

  @TempDir Path folder;
  private TestHome home;

  @BeforeAll
  static void startService() throws IOException {
    var certificate = PrivateAuthority.certify(shared, Upstream.HOST);
    authority = certificate.pem();
    upstream = Upstream.start(certificate);
  }

  @AfterAll
  static void stopService() {
    upstream.close();
  }

  @BeforeEach
  void makeHome() throws IOException {
    home = TestHome.made(folder);
    Files.copy(authority, home.workspace().resolve(FILE));
  }

  @AfterEach
  void stop() throws IOException {
    home.close();
  }

  @Test
  void authority_named_by_the_option_is_trusted() throws IOException {
    assertThat(up(Map.of(), "--upstream-ca", FILE).status()).isZero();

    assertThat(ask()).startsWith("200 hello; you sent Bearer [redacted:github-api]");
  }

  @Test
  void authority_named_by_the_variable_is_trusted() throws IOException {
    assertThat(up(Map.of("SSL_CERT_FILE", FILE)).status()).isZero();

    assertThat(ask()).startsWith("200 hello; you sent Bearer [redacted:github-api]");
  }

  @Test
  void authority_that_nobody_named_is_refused_and_gets_nothing() throws IOException {
    int before = upstream.received().size();
    assertThat(up(Map.of()).status()).isZero();

    assertThat(ask()).startsWith("502 ").contains("upstream_untrusted");
    assertThat(upstream.received()).hasSize(before);
  }

  @Test
  void file_without_a_certificate_is_named_and_nothing_starts() throws IOException {
    Path file = home.workspace().resolve("broken.pem");
    for (String text : List.of("", "-----BEGIN CERTIFICATE-----\nAAAA\n", "junk")) {
      Files.writeString(file, text);
      assertUnusable(file, up(Map.of(), "--upstream-ca", "broken.pem"));
    }
    assertUnusable(file, up(Map.of("SSL_CERT_FILE", "broken.pem")));
    assertThat(home.run("status").status()).isEqualTo(3);
  }

  private static void assertUnusable(Path file, Result result) {
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errors())
        .contains("invalid_configuration: failed to trust the authorities in " + file)
        .contains("; fix: name a readable file of PEM certificates")
        .doesNotContain("port", "Exception");
  }

  @Test
  void file_that_cannot_be_read_is_named_and_nothing_starts() throws IOException {
    Result option = up(Map.of(), "--upstream-ca", "missing.pem");
    Result variable = up(Map.of("SSL_CERT_FILE", "."));

    assertThat(option.status()).isEqualTo(2);
    assertThat(option.errors())
        .contains("--upstream-ca names " + home.workspace().resolve("missing.pem"));
    assertThat(variable.status()).isEqualTo(2);
    assertThat(variable.errors()).contains("SSL_CERT_FILE names " + home.workspace());
    assertThat(home.run("status").status()).isEqualTo(3);
  }

  private Result up(Map<String, String> environment, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("up", "--gateway-port", "0"));
    arguments.addAll(upstream.resolveOptions());
    arguments.addAll(List.of(options));
    return home.runWith(environment, arguments.toArray(String[]::new));
  }

  /// Status and body of a request with a broker token.
  private String ask() throws IOException {
    home.mustWithInput(
        VALUE,
        "credential",
        "add",
        "github-api",
        "--destination",
        "https://" + Upstream.HOST,
        "--agents",
        "main");
    home.must("agent", "add", "main");
    Result result =
        home.run(
            "run",
            "--agent",
            "main",
            "--isolate",
            "never",
            "--credential",
            "github-api=T",
            "--",
            "sh",
            "-c",
            "curl -sS -o body -w '%{http_code} ' -H \"Authorization: Bearer $T\" https://"
                + Upstream.HOST
                + "/; cat body");
    assertThat(result.status()).as(result.all()).isZero();
    assertThat(result.all()).doesNotContain(VALUE);
    return result.output();
  }
}
