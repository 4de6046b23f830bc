package io.keymantle.redeem;

import io.keymantle.control.Refusals;
import io.keymantle.control.StoredGrant;
import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.Problem;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One grant in memory, with the values that were read for it.
///
/// Guarantees: after [#end] returned, no value of this grant is revealed: the flag is set first,
/// then the values are closed, which waits for a reveal that is under way.
final class GrantEntry implements LiveGrant {
  private final Grant grant;
  private final AgentEntry agent;
  private final Clock clock;
  private final long expiresAtMillis;
  private final AtomicInteger used;
  private final EndSignal signal = new EndSignal();
  private final GrantValues values;
  private volatile Bound bound;
  private volatile @Nullable ErrorCode endedBy;

  /// The credential and its bindings by kind, replaced together.
  private record Bound(
      Credential credential, List<NetworkBinding> network, List<CommandBinding> commands) {
    static Bound of(Credential credential) {
      return new Bound(
          credential, of(credential, NetworkBinding.class), of(credential, CommandBinding.class));
    }

    private static <T> List<T> of(Credential credential, Class<T> kind) {
      return credential.bindings().stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  GrantEntry(
      StoredGrant stored,
      AgentEntry agent,
      Credential credential,
      SecretValues values,
      Clock clock) {
    this.grant = stored.grant();
    this.agent = agent;
    this.clock = clock;
    this.expiresAtMillis = grant.expiresAt().toEpochMilli();
    this.used = new AtomicInteger(stored.used());
    this.values = new GrantValues(values, clock);
    this.bound = Bound.of(credential);
  }

  Grant grant() {
    return grant;
  }

  AgentEntry agent() {
    return agent;
  }

  GrantValues values() {
    return values;
  }

  Credential current() {
    return bound.credential();
  }

  /// A credential with a limited number of uses needs the store for each.
  boolean limited() {
    return grant.uses() > 0;
  }

  void countUse() {
    used.incrementAndGet();
  }

  void change(Credential credential) {
    Credential before = bound.credential();
    bound = Bound.of(credential);
    if (before.valueVersion() != credential.valueVersion()
        || !before.source().equals(credential.source())) {
      values.renew();
    }
  }

  void end(ErrorCode why) {
    if (endedBy == null) {
      endedBy = why;
    }
    values.close();
    signal.end();
  }

  boolean hasEnded() {
    return endedBy != null;
  }

  /// Why the grant cannot be redeemed now; null when it can.
  @Nullable Problem whyNot() {
    ErrorCode ended = endedBy;
    if (ended == ErrorCode.GRANT_REVOKED) {
      return Refusals.grantRevoked(grant);
    }
    if (ended != null || clock.millis() >= expiresAtMillis) {
      return Refusals.grantExpired(grant);
    }
    return null;
  }

  /// [#whyNot], and no use left.
  @Nullable Problem whyNoFurtherUse() {
    Problem ended = whyNot();
    return ended == null && limited() && used.get() >= grant.uses()
        ? Refusals.grantUsedUp(grant)
        : ended;
  }

  @Override
  public GrantId id() {
    return grant.id();
  }

  @Override
  public CredentialName credential() {
    return grant.credential();
  }

  @Override
  public List<NetworkBinding> networkBindings() {
    return bound.network();
  }

  @Override
  public List<CommandBinding> commandBindings() {
    return bound.commands();
  }

  @Override
  public boolean asksByMethod() {
    return current().rules().approvals().stream()
        .anyMatch(rule -> !rule.when().methods().isEmpty());
  }

  @Override
  public boolean asksByPath() {
    return current().rules().approvals().stream().anyMatch(rule -> !rule.when().paths().isEmpty());
  }

  @Override
  public boolean isLive() {
    return endedBy == null && clock.millis() < expiresAtMillis;
  }

  @Override
  public AutoCloseable onEnd(Runnable action) {
    return signal.onEnd(action);
  }
}
