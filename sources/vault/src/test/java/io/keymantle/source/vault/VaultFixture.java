package io.keymantle.source.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceValue;
import io.keymantle.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// A [FakeVault], and sources that are connected to it.
final class VaultFixture implements AutoCloseable {
  private static final CredentialName NAME = new CredentialName("github-api");

  final TestClock clock = new TestClock();
  final FakeVault vault = new FakeVault(new FakeVaultState(clock));
  private final Path ca;

  VaultFixture(Path directory) throws IOException {
    ca = vault.certificate.writeCertificate(directory.resolve("ca.pem"));
    vault.state.logins.put(
        "auth/approle/login", "{\"role_id\":\"role-1\",\"secret_id\":\"canary-\\\"secret\\\\\"}");
  }

  VaultSource approle() {
    return source(
        Map.of("auth", "approle", "role-id", "role-1"), Map.of("secret-id", "canary-\"secret\\"));
  }

  VaultSource source(Map<String, String> settings, Map<String, String> logins) {
    return source(settings, logins, Map.of());
  }

  VaultSource source(
      Map<String, String> settings, Map<String, String> logins, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("address", vault.address());
    all.put("ca", ca.toString());
    return of(all, logins, environment);
  }

  /// With nothing but what is given.
  VaultSource of(
      Map<String, String> settings, Map<String, String> logins, Map<String, String> environment) {
    Map<String, Supplier<SecretBytes>> secrets = new HashMap<>();
    logins.forEach(
        (name, text) -> secrets.put(name, () -> SecretBytes.adopt(name, text.getBytes(UTF_8))));
    return new VaultSource(
        new SourceSettings("vault", settings, secrets, environment),
        clock,
        Duration.ofMillis(1500));
  }

  /// What a client takes from the environment to reach this Vault.
  Map<String, String> environment() {
    return Map.of("VAULT_ADDR", vault.address(), "VAULT_CACERT", ca.toString());
  }

  static SourceValue value(VaultSource source, String reference) throws SourceException {
    return source.read(NAME, SourceReference.parse(reference));
  }

  static String read(VaultSource source, String reference) throws SourceException {
    StringBuilder text = new StringBuilder();
    try (SecretBytes bytes = value(source, reference).bytes()) {
      bytes.reveal(
          SecretAccess.insecureMint(),
          (array, offset, length) -> text.append(new String(array, offset, length, UTF_8)));
    }
    return text.toString();
  }

  /// Why a read fails; nothing secret is in it.
  static SourceException failure(VaultSource source, String reference) {
    SourceException why =
        catchThrowableOfType(SourceException.class, () -> read(source, reference));
    assertThat(why).isNotNull();
    assertThat(why.getMessage() + why.fix()).doesNotContain("canary");
    return why;
  }

  @Override
  public void close() {
    vault.close();
  }
}
