package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalRequest;
import io.keymantle.control.ApprovalScope;
import io.keymantle.control.ApprovalState;
import io.keymantle.control.ApprovalStore;
import io.keymantle.control.Vote;
import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.TrustLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of approvals must do.
public abstract class ApprovalStoreContract {
  private static final Instant NOW = TestClock.START;

  private ApprovalStore store = new MemoryStores().ports().approvals();

  /// The stores of a new, empty home.
  protected abstract Stores stores();

  @BeforeEach
  void open() {
    store = stores().approvals();
  }

  private static Approval approval(int number, ApprovalState state, long version) {
    ApprovalRequest request =
        new ApprovalRequest(
            ApprovalRequest.Kind.USE,
            Samples.MAIN,
            Samples.GITHUB,
            new ApprovalRequest.Target(
                "https://api.github.com",
                "POST",
                "/a \"b\"",
                "x=[token]",
                List.of("a: b \"c\""),
                214,
                "ab".repeat(32)),
            "it says \\ \"é\" 🔑",
            TrustLevel.ISOLATED,
            Optional.of("r_1"),
            "cd".repeat(32),
            List.of(ApprovalRule.of(Factor.TOTP), ApprovalRule.of(Factor.PASSKEY)));
    Vote vote =
        new Vote(
            new PersonName("alice"),
            true,
            Set.of(Factor.TOTP),
            true,
            ApprovalScope.REQUEST,
            Duration.ofMinutes(5),
            "because",
            NOW.plusNanos(1));
    boolean open = state.isOpen();
    return new Approval(
        new ApprovalId("apr_" + "%016d".formatted(number)),
        request,
        NOW.plusSeconds(number),
        NOW.plusSeconds(900),
        state,
        version == 1 ? List.of() : List.of(vote),
        ApprovalScope.REQUEST,
        open ? Optional.empty() : Optional.of(NOW.plusSeconds(60)),
        open ? Optional.empty() : Optional.of(NOW.plusSeconds(number)),
        version);
  }

  @Test
  void addedApprovals_readBack_areTheSameAndInTheirOrder() {
    List<Approval> all =
        List.of(
            approval(1, ApprovalState.PENDING, 1),
            approval(2, ApprovalState.DENIED, 3),
            approval(3, ApprovalState.APPROVED, 2));
    all.forEach(store::add);

    assertThat(store.all()).isEqualTo(all);
  }

  @Test
  void replace_ofTheVersionBefore_replaces() {
    store.add(approval(1, ApprovalState.PENDING, 1));

    assertThat(store.replace(approval(1, ApprovalState.APPROVED, 2))).isTrue();
    assertThat(store.all()).containsExactly(approval(1, ApprovalState.APPROVED, 2));
  }

  @Test
  void replace_ofAnyOtherVersion_changesNothing() {
    store.add(approval(1, ApprovalState.PENDING, 2));

    assertThat(store.replace(approval(1, ApprovalState.APPROVED, 2))).isFalse();
    assertThat(store.replace(approval(1, ApprovalState.APPROVED, 4))).isFalse();
    assertThat(store.replace(approval(9, ApprovalState.APPROVED, 3))).isFalse();
    assertThat(store.all()).containsExactly(approval(1, ApprovalState.PENDING, 2));
  }

  @Test
  void fiftyReplacements_ofOneVersionAtOnce_changeItOnce() throws Exception {
    store.add(approval(1, ApprovalState.PENDING, 1));

    List<Future<Boolean>> tries = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        tries.add(threads.submit(() -> store.replace(approval(1, ApprovalState.CONSUMED, 2))));
      }
    }
    int replaced = 0;
    for (Future<Boolean> each : tries) {
      replaced += each.get() ? 1 : 0;
    }
    assertThat(replaced).isEqualTo(1);
  }

  @Test
  void purge_forgetsWhatEndedBefore_andKeepsWhatIsOpen() {
    store.add(approval(1, ApprovalState.PENDING, 1));
    store.add(approval(2, ApprovalState.DENIED, 2));
    store.add(approval(3, ApprovalState.EXPIRED, 2));

    store.purge(NOW.plusSeconds(3));

    assertThat(store.all())
        .containsExactly(
            approval(1, ApprovalState.PENDING, 1), approval(3, ApprovalState.EXPIRED, 2));
  }
}
