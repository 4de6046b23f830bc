package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.DATABASE;
import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.EncryptedValue;
import io.keymantle.control.StoredGrant;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Rules;
import io.keymantle.domain.SourceReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of credentials and their values must do.
public abstract class CredentialStoreContract {
  private Stores stores = new MemoryStores().ports();

  /// The stores of a new, empty home.
  protected abstract Stores stores();

  @BeforeEach
  void open() {
    stores = stores();
    stores.agents().add(Samples.agent(MAIN));
  }

  private List<String> values(CredentialName name) {
    return stores.values().values(name).entrySet().stream()
        .map(each ->
            each.getKey() + "=" + new String(each.getValue().envelope(), StandardCharsets.UTF_8))
        .toList();
  }

  private static ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  @Test
  void addedCredentials_readBack_areTheSameWithTheirValues() {
    Credential github = Samples.credential(GITHUB, 1);
    Credential database =
        new Credential(
            DATABASE,
            CredentialKind.TOTP,
            SourceReference.parse("env:PGPASSWORD"),
            List.of(),
            Rules.withoutApproval(Set.of(), Duration.ofDays(2), 0),
            0,
            TestClock.START);

    stores.credentials().add(List.of(github, database), Map.of(GITHUB, Samples.value("one")));

    assertThat(stores.credentials().all()).containsExactly(github, database);
    assertThat(values(GITHUB)).containsExactly("1=one");
    assertThat(values(DATABASE)).isEmpty();
  }

  @Test
  void add_whereOneExists_addsNone() {
    stores.credentials().add(List.of(Samples.credential(GITHUB, 0)), Map.of());
    List<Credential> both = List.of(Samples.credential(DATABASE, 1), Samples.credential(GITHUB, 1));
    Map<CredentialName, EncryptedValue> values = Map.of(DATABASE, Samples.value("one"));

    assertThat(refusal(() -> stores.credentials().add(both, values)))
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(stores.credentials().all()).hasSize(1);
    assertThat(values(DATABASE)).isEmpty();
  }

  @Test
  void replace_keepsTheValue() {
    stores
        .credentials()
        .add(List.of(Samples.credential(GITHUB, 1)), Map.of(GITHUB, Samples.value("one")));
    Credential changed =
        new Credential(
            GITHUB,
            CredentialKind.VALUE,
            SourceReference.STORE,
            List.of(),
            Rules.withoutApproval(Set.of(MAIN), Duration.ofHours(1), 0),
            1,
            TestClock.START.plusSeconds(9));

    stores.credentials().replace(changed);

    assertThat(stores.credentials().all()).containsExactly(changed);
    assertThat(values(GITHUB)).containsExactly("1=one");
  }

  @Test
  void rotate_addsTheValueAndForgetsThoseBelow() {
    stores
        .credentials()
        .add(List.of(Samples.credential(GITHUB, 1)), Map.of(GITHUB, Samples.value("one")));

    stores.credentials().rotate(Samples.credential(GITHUB, 2), Samples.value("two"), 1);
    assertThat(values(GITHUB)).containsExactly("1=one", "2=two");
    stores.credentials().rotate(Samples.credential(GITHUB, 3), Samples.value("three"), 2);
    assertThat(values(GITHUB)).containsExactly("2=two", "3=three");
    stores.credentials().forgetValues(GITHUB, 3);
    assertThat(values(GITHUB)).containsExactly("3=three");
    assertThat(stores.credentials().all()).containsExactly(Samples.credential(GITHUB, 3));
  }

  @Test
  void remove_deletesValuesAndRevokesGrants() {
    stores
        .credentials()
        .add(List.of(Samples.credential(GITHUB, 1)), Map.of(GITHUB, Samples.value("one")));
    stores.grants().issue(Samples.grant(1, GITHUB, MAIN, 0, Optional.empty()));

    stores.credentials().remove(GITHUB, TestClock.START);

    assertThat(stores.credentials().all()).isEmpty();
    assertThat(values(GITHUB)).isEmpty();
    assertThat(stores.grants().all())
        .extracting(StoredGrant::grant)
        .allSatisfy(grant -> assertThat(grant.revokedAt()).contains(TestClock.START));
  }

  @Test
  void changesToAnUnknownCredential_areNotFound() {
    Credential unknown = Samples.credential(GITHUB, 1);

    assertThat(refusal(() -> stores.credentials().replace(unknown))).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(refusal(() -> stores.credentials().rotate(unknown, Samples.value("one"), 1)))
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(refusal(() -> stores.credentials().remove(GITHUB, TestClock.START)))
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(values(GITHUB)).isEmpty();
  }
}
