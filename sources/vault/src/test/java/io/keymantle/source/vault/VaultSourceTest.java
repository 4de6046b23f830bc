package io.keymantle.source.vault;

import io.keymantle.source.spi.SecretSource;
import io.keymantle.testkit.SourceContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Vault as any source, logged in by AppRole.
final class VaultSourceTest extends SourceContract {
  @TempDir private Path directory;
  private VaultFixture fixture;
  private VaultSource source;

  @BeforeEach
  void start() throws IOException {
    fixture = new VaultFixture(directory);
    source = fixture.approle();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) throws IOException {
    fixture.vault.recover();
    boolean json = value.startsWith("{");
    fixture.vault.state.put(
        item, json ? value : "{\"value\":" + FakeVaultState.quoted(value) + "}");
    return "vault:secret/" + item + (json ? "" : "#value");
  }

  @Override
  protected String member(String reference, String key) {
    return reference.replaceFirst("#.*", "") + "#" + key;
  }

  @Override
  protected String version(String reference, int number) {
    return reference.replace("#", "?version=" + number + "#");
  }

  @Override
  protected void suffer(Trouble trouble) throws IOException {
    fixture.vault.suffer(trouble);
  }

  /// Vault gives one in the body of what it found, and none with an error.
  @Override
  protected Optional<String> requestId() {
    return Optional.empty();
  }

  @Override
  protected void endLogin() {
    fixture.vault.state.endTokens();
  }
}
