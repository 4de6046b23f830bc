package io.keymantle.testkit;

import io.keymantle.control.StoredToken;
import io.keymantle.control.TokenHash;
import io.keymantle.control.TokenStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tokens of services in memory.
final class MemoryTokens implements TokenStore {
  private final Map<TokenHash, StoredToken> tokens = new HashMap<>();
  private final Runnable requireWritable;

  /// @param requireWritable refuses while the store is to fail
  MemoryTokens(Runnable requireWritable) {
    this.requireWritable = requireWritable;
  }

  @Override
  public synchronized List<StoredToken> all() {
    return tokens.values().stream()
        .sorted(Comparator.comparing(StoredToken::name).thenComparing(StoredToken::createdAt))
        .toList();
  }

  @Override
  public synchronized void put(List<StoredToken> changed) {
    requireWritable.run();
    changed.forEach(each -> tokens.put(each.hash(), each));
  }

  @Override
  public synchronized void remove(String name) {
    requireWritable.run();
    tokens.values().removeIf(each -> each.name().equals(name));
  }

  @Override
  public synchronized void purge(Instant endedBefore) {
    requireWritable.run();
    tokens.values().removeIf(each -> each.expiresAt().filter(endedBefore::isAfter).isPresent());
  }
}
