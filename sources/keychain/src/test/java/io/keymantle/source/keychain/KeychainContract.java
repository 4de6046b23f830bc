package io.keymantle.source.keychain;

import io.keymantle.testkit.SourceContract;
import java.util.Optional;

/// What every keychain guarantees. None of them keeps earlier versions, gives request ids, or has a
/// login that ends.
abstract class KeychainContract extends SourceContract {
  @Override
  protected String member(String reference, String key) {
    return reference + "#" + key;
  }

  @Override
  protected String version(String reference, int number) {
    throw new UnsupportedOperationException("a keychain has no earlier versions");
  }

  @Override
  protected boolean hasVersions() {
    return false;
  }

  @Override
  protected boolean logsIn() {
    return false;
  }

  @Override
  protected Optional<String> requestId() {
    return Optional.empty();
  }
}
