package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.DATABASE;
import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static io.keymantle.testkit.Samples.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.control.GrantSelector;
import io.keymantle.control.GrantStore;
import io.keymantle.control.StoredGrant;
import io.keymantle.domain.GrantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of grants must do.
public abstract class GrantStoreContract {
  private static final Instant NOW = TestClock.START.plus(Duration.ofMinutes(1));

  private GrantStore store = new MemoryStores().ports().grants();

  /// The stores of a new, empty home.
  protected abstract Stores stores();

  @BeforeEach
  void open() {
    Stores stores = stores();
    store = stores.grants();
    stores
        .credentials()
        .add(List.of(Samples.credential(GITHUB, 0), Samples.credential(DATABASE, 0)), Map.of());
    stores.agents().add(Samples.agent(MAIN));
    stores.agents().add(Samples.agent(OTHER));
  }

  private StoredGrant issue(StoredGrant grant) {
    store.issue(grant);
    return grant;
  }

  private static GrantId id(StoredGrant grant) {
    return grant.grant().id();
  }

  @Test
  void issuedGrant_readBack_isTheSame() {
    StoredGrant plain = issue(Samples.grant(1, GITHUB, MAIN, 0, Optional.empty()));
    StoredGrant ofRun = issue(Samples.grant(2, DATABASE, OTHER, 3, Optional.of("r_1")));

    assertThat(store.all()).containsExactlyInAnyOrder(plain, ofRun);
  }

  @Test
  void revoke_byEachSelector_endsExactlyThoseAndSaysWhich() {
    StoredGrant one = issue(Samples.grant(1, GITHUB, MAIN, 0, Optional.empty()));
    StoredGrant two = issue(Samples.grant(2, GITHUB, OTHER, 0, Optional.of("r_1")));
    StoredGrant three = issue(Samples.grant(3, DATABASE, MAIN, 0, Optional.of("r_2")));
    StoredGrant four = issue(Samples.grant(4, DATABASE, OTHER, 0, Optional.empty()));
    StoredGrant five = issue(Samples.grant(5, GITHUB, MAIN, 0, Optional.empty()));

    assertThat(store.revoke(new GrantSelector.ById(id(one)), NOW)).containsExactly(id(one));
    assertThat(store.revoke(new GrantSelector.ByRun("r_1"), NOW)).containsExactly(id(two));
    assertThat(store.revoke(new GrantSelector.ByAgent(MAIN), NOW))
        .containsExactlyInAnyOrder(id(three), id(five));
    assertThat(store.revoke(new GrantSelector.ByCredential(DATABASE), NOW))
        .containsExactly(id(four));
    assertThat(store.revoke(new GrantSelector.All(), NOW)).isEmpty();
    assertThat(store.all()).allSatisfy(each -> assertThat(each.grant().revokedAt()).contains(NOW));
  }

  @Test
  void revoke_ofAnExpiredGrant_leavesIt() {
    issue(Samples.grant(1, GITHUB, MAIN, 0, Optional.empty()));

    assertThat(store.revoke(new GrantSelector.All(), NOW.plus(Duration.ofHours(2)))).isEmpty();
    assertThat(store.all().getFirst().grant().revokedAt()).isEmpty();
  }

  @Test
  void consumeUse_untilNoneIsLeft_thenFails() {
    GrantId id = id(issue(Samples.grant(1, GITHUB, MAIN, 2, Optional.empty())));

    assertThat(store.consumeUse(id, NOW)).isTrue();
    assertThat(store.consumeUse(id, NOW)).isTrue();
    assertThat(store.consumeUse(id, NOW)).isFalse();
    assertThat(store.all().getFirst().used()).isEqualTo(2);
  }

  @Test
  void consumeUse_ofAnUnknownExpiredOrRevokedGrant_fails() {
    GrantId id = id(issue(Samples.grant(1, GITHUB, MAIN, 5, Optional.empty())));

    assertThat(store.consumeUse(new GrantId("g_0000000000000000"), NOW)).isFalse();
    assertThat(store.consumeUse(id, TestClock.START.plus(Duration.ofHours(1)))).isFalse();
    store.revoke(new GrantSelector.ById(id), NOW);
    assertThat(store.consumeUse(id, NOW)).isFalse();
    assertThat(store.all().getFirst().used()).isZero();
  }

  @Test
  void consumeUse_byFiftyThreadsOfAGrantForOne_succeedsOnce() throws Exception {
    GrantId id = id(issue(Samples.grant(1, GITHUB, MAIN, 1, Optional.empty())));
    List<Callable<Boolean>> tries = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tries.add(() -> store.consumeUse(id, NOW));
    }

    int taken = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> each : threads.invokeAll(tries)) {
        taken += each.get() ? 1 : 0;
      }
    }

    assertThat(taken).isEqualTo(1);
  }

  @Test
  void purge_forgetsWhatEndedBeforeAndNothingElse() {
    StoredGrant expires = issue(Samples.grant(1, GITHUB, MAIN, 0, Optional.empty()));
    StoredGrant revoked = issue(Samples.grant(2, GITHUB, MAIN, 0, Optional.empty()));
    store.revoke(new GrantSelector.ById(id(revoked)), NOW);

    assertThat(store.purge(NOW)).isZero();
    assertThat(store.purge(NOW.plusSeconds(1))).isEqualTo(1);
    assertThat(store.all()).containsExactly(expires);
    assertThat(store.purge(TestClock.START.plus(Duration.ofHours(1)).plusSeconds(1))).isEqualTo(1);
    assertThat(store.all()).isEmpty();
  }
}
