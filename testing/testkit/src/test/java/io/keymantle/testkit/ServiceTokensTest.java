package io.keymantle.testkit;

import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.ServiceTokens;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bearer tokens of services: shown once, scoped, rotated without a gap.
class ServiceTokensTest {
  @TempDir private Path directory;
  private TestBroker broker;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private ServiceTokens tokens() {
    return broker.control().tokens();
  }

  private String create(Optional<Duration> end, Optional<Duration> every) {
    return tokens().create(OWNER, "workspace", Set.of("workspace"), end, every).token();
  }

  private String create() {
    return create(Optional.empty(), Optional.empty());
  }

  private static ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  @Test
  void token_hasThePrefixAnd256Bits_andIsKeptAsAHash() {
    String token = create();

    // 43 characters of 62: log2(62^43) = 256.03.
    assertThat(token).matches("kmw_[0-9A-Za-z]{43}");
    assertThat(broker.stores().tokens().all().toString()).doesNotContain(token);
    assertThat(broker.ledger().events().toString()).doesNotContain(token);
    assertThat(tokens().check(token).name()).isEqualTo("workspace");
  }

  @Test
  void rotation_letsTheTokenBeforeWorkOnForTheOverlap() {
    String first = create();
    String second = tokens().rotate(OWNER, "workspace", Duration.ofHours(1)).token();

    assertThat(second).isNotEqualTo(first);
    assertThat(tokens().count("workspace")).isEqualTo(2);
    tokens().check(first);
    broker.clock().advance(Duration.ofHours(1));
    assertThat(refusal(() -> tokens().check(first))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    tokens().check(second);
  }

  @Test
  void rotationTwice_doesNotProlongTheFirst() {
    String first = create();
    tokens().rotate(OWNER, "workspace", Duration.ofMinutes(10));
    broker.clock().advance(Duration.ofMinutes(5));
    tokens().rotate(OWNER, "workspace", Duration.ofHours(1));
    broker.clock().advance(Duration.ofMinutes(5));

    assertThat(refusal(() -> tokens().check(first))).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void revocation_endsEveryTokenOfTheService_alsoAfterARestart() {
    String first = create();
    String second = tokens().rotate(OWNER, "workspace", Duration.ofHours(1)).token();
    tokens().revoke(OWNER, "workspace");

    assertThat(refusal(() -> tokens().check(first))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    broker = broker.restart();
    assertThat(refusal(() -> tokens().check(second))).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void restart_keepsTokens() {
    String token = create(Optional.of(Duration.ofDays(1)), Optional.of(Duration.ofHours(1)));
    broker = broker.restart();

    assertThat(tokens().check(token).scopes()).containsExactly("workspace");
  }

  @Test
  void expiry_endsIt_andARotationGivesTheNextTheSameLife() {
    String first = create(Optional.of(Duration.ofHours(2)), Optional.empty());
    broker.clock().advance(Duration.ofHours(1));
    String second = tokens().rotate(OWNER, "workspace", Duration.ofDays(1)).token();
    broker.clock().advance(Duration.ofHours(1));

    assertThat(refusal(() -> tokens().check(first))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    tokens().check(second);
    broker.clock().advance(Duration.ofHours(1));
    assertThat(refusal(() -> tokens().check(second))).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void reminder_comesWhenRotationIsDue_andGoesWithIt() {
    create(Optional.empty(), Optional.of(Duration.ofDays(90)));
    assertThat(tokens().due()).isEmpty();
    broker.clock().advance(Duration.ofDays(90));
    assertThat(tokens().due()).containsExactly("workspace");

    tokens().rotate(OWNER, "workspace", Duration.ofHours(1));
    assertThat(tokens().due()).isEmpty();
  }

  @Test
  void scope_isRequiredExactly() {
    String token = create();

    assertThat(refusal(() -> tokens().require(token, ServiceTokens.LEDGER_READ)))
        .isEqualTo(ErrorCode.FORBIDDEN);
    tokens().require(token, "workspace");
  }

  @Test
  void secondTokenOfAName_badNamesAndScopes_areRefused() {
    create();
    assertThat(refusal(this::create)).isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(
            refusal(() ->
                tokens().create(OWNER, "A b", Set.of("x"), Optional.empty(), Optional.empty())))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(
            refusal(
                () -> tokens().create(OWNER, "b", Set.of(), Optional.empty(), Optional.empty())))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(refusal(() -> tokens().rotate(OWNER, "none", Duration.ZERO)))
        .isEqualTo(ErrorCode.NOT_FOUND);
  }
}
