package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static io.keymantle.testkit.Samples.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Run;
import io.keymantle.control.StoredAgent;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of agents, runs and settings must do.
public abstract class AgentStoreContract {
  private Stores stores = new MemoryStores().ports();

  /// The stores of a new, empty home.
  protected abstract Stores stores();

  @BeforeEach
  void open() {
    stores = stores();
  }

  private static ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  private void issueTwoGrants() {
    stores.credentials().add(List.of(Samples.credential(GITHUB, 0)), Map.of());
    stores.grants().issue(Samples.grant(1, GITHUB, MAIN, 0, Optional.of("r_1")));
    stores.grants().issue(Samples.grant(2, GITHUB, OTHER, 0, Optional.empty()));
  }

  private List<GrantId> revokedGrants() {
    return stores.grants().all().stream()
        .map(each -> each.grant())
        .filter(grant -> grant.revokedAt().isPresent())
        .map(grant -> grant.id())
        .toList();
  }

  @Test
  void addedAgents_readBack_areTheSame() {
    stores.agents().add(Samples.agent(MAIN));
    stores.agents().add(Samples.agent(OTHER));

    assertThat(stores.agents().all())
        .containsExactlyInAnyOrder(Samples.agent(MAIN), Samples.agent(OTHER));
  }

  @Test
  void addingAnAgentTwice_isRefusedAndKeepsTheFirst() {
    stores.agents().add(Samples.agent(MAIN));
    StoredAgent second = new StoredAgent(Samples.agent(MAIN).agent(), TokenHash.of("second"));

    assertThat(refusal(() -> stores.agents().add(second))).isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(stores.agents().all()).containsExactly(Samples.agent(MAIN));
  }

  @Test
  void revoke_marksTheAgentEndsItsRunsAndGrantsAndNoOthers() {
    stores.agents().add(Samples.agent(MAIN));
    stores.agents().add(Samples.agent(OTHER));
    stores.runs().start(Samples.run("r_1", MAIN));
    stores.runs().start(Samples.run("r_2", OTHER));
    issueTwoGrants();

    stores.agents().revoke(MAIN, TestClock.START);

    assertThat(stores.agents().all())
        .filteredOn(each -> each.agent().revoked())
        .extracting(each -> each.agent().name())
        .containsExactly(MAIN);
    assertThat(stores.runs().all()).extracting(Run::id).containsExactly("r_2");
    assertThat(revokedGrants()).containsExactly(new GrantId("g_abcdefghijkl0001"));
    assertThat(refusal(() -> stores.agents().revoke(MAIN, TestClock.START)))
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void addingARevokedAgent_replacesIt() {
    stores.agents().add(Samples.agent(MAIN));
    stores.agents().revoke(MAIN, TestClock.START);
    StoredAgent second = new StoredAgent(Samples.agent(MAIN).agent(), TokenHash.of("second"));

    stores.agents().add(second);

    assertThat(stores.agents().all()).containsExactly(second);
  }

  @Test
  void endedRun_isGoneWithItsGrants() {
    stores.agents().add(Samples.agent(MAIN));
    stores.agents().add(Samples.agent(OTHER));
    Run run = Samples.run("r_1", MAIN);
    stores.runs().start(run);
    issueTwoGrants();
    assertThat(stores.runs().all()).containsExactly(run);

    stores.runs().end("r_1", TestClock.START);
    stores.runs().end("r_unknown", TestClock.START);

    assertThat(stores.runs().all()).isEmpty();
    assertThat(revokedGrants()).containsExactly(new GrantId("g_abcdefghijkl0001"));
  }

  @Test
  void bumpEpoch_raisesItRevokesEveryGrantAndEndsRuns() {
    stores.agents().add(Samples.agent(MAIN));
    stores.agents().add(Samples.agent(OTHER));
    stores.runs().start(Samples.run("r_1", MAIN));
    issueTwoGrants();
    assertThat(stores.settings().epoch()).isEqualTo(1);

    assertThat(stores.settings().bumpEpoch(TestClock.START)).isEqualTo(2);

    assertThat(stores.settings().epoch()).isEqualTo(2);
    assertThat(revokedGrants()).hasSize(2);
    assertThat(stores.runs().all()).isEmpty();
  }

  @Test
  void settings_arePutReplacedAndAbsentUntilThen() {
    assertThat(stores.settings().setting("ca")).isEmpty();
    stores.settings().putSetting("ca", "one");
    stores.settings().putSetting("ca", "two");
    assertThat(stores.settings().setting("ca")).contains("two");
  }
}
