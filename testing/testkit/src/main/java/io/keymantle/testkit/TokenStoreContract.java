package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.control.StoredToken;
import io.keymantle.control.TokenHash;
import io.keymantle.control.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of services' tokens must do.
public abstract class TokenStoreContract {
  private TokenStore store = new MemoryStores().ports().tokens();

  /// The stores of a new, empty home.
  protected abstract Stores stores();

  @BeforeEach
  void open() {
    store = stores().tokens();
  }

  private static StoredToken token(String name, int number, Optional<Instant> end) {
    return new StoredToken(
        name,
        TokenHash.of(name + number),
        Set.of("workspace", "ledger:read"),
        TestClock.START.plusSeconds(number),
        end,
        number % 2 == 0 ? Optional.empty() : Optional.of(Duration.ofDays(90)));
  }

  @Test
  void tokens_readBack_areTheSameInTheirOrder() {
    StoredToken first = token("a", 1, Optional.empty());
    StoredToken second = token("a", 2, Optional.of(TestClock.START.plusSeconds(9)));
    StoredToken other = token("b", 1, Optional.empty());
    store.put(List.of(other, second, first));

    assertThat(store.all()).containsExactly(first, second, other);
  }

  @Test
  void put_ofAKnownHash_replacesIt() {
    store.put(List.of(token("a", 1, Optional.empty())));
    StoredToken ending = token("a", 1, Optional.of(TestClock.START.plusSeconds(60)));
    store.put(List.of(ending, token("a", 2, Optional.empty())));

    assertThat(store.all()).containsExactly(ending, token("a", 2, Optional.empty()));
  }

  @Test
  void remove_forgetsAllOfAService() {
    store.put(
        List.of(
            token("a", 1, Optional.empty()),
            token("a", 2, Optional.empty()),
            token("b", 1, Optional.empty())));
    store.remove("a");

    assertThat(store.all()).containsExactly(token("b", 1, Optional.empty()));
  }

  @Test
  void purge_forgetsWhatEndedBefore_andKeepsWhatHasNoEnd() {
    StoredToken kept = token("a", 1, Optional.empty());
    StoredToken later = token("a", 3, Optional.of(TestClock.START.plusSeconds(60)));
    store.put(List.of(kept, token("a", 2, Optional.of(TestClock.START.plusSeconds(9))), later));
    store.purge(TestClock.START.plusSeconds(60));

    assertThat(store.all()).containsExactly(kept, later);
  }
}
