package io.keymantle.redeem;

import io.keymantle.control.Refusals;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.ledger.Completion;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.secret.SecretLease;
import io.keymantle.secret.SecretSink;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One use of one grant, from the ledger's intent to its outcome. It is the ledger's completion and
/// the boundary's lease in one object, since each proxied request makes one.
///
/// States: waiting for the ledger → lent → outcome recorded; closed at any time.
final class Redemption implements Completion, SecretLease {
  private static final int OUTCOME_RECORDED = 1;
  private static final int CLOSED = 2;

  private final Session session;
  private final GrantEntry grant;
  private final SecretBytes value;
  private final String version;
  private final ObservedUse use;
  private final String operation;
  private final RedemptionLog log;
  private final Clock clock;
  private final SecretAccess access;
  private final Executor executor;
  private final Redeemer.Callback callback;
  private final AtomicInteger state = new AtomicInteger();

  Redemption(
      Session session,
      GrantEntry grant,
      SecretBytes value,
      String version,
      ObservedUse use,
      String operation,
      RedemptionLog log,
      Clock clock,
      SecretAccess access,
      Executor executor,
      Redeemer.Callback callback) {
    this.session = session;
    this.grant = grant;
    this.value = value;
    this.version = version;
    this.use = use;
    this.operation = operation;
    this.log = log;
    this.clock = clock;
    this.access = access;
    this.executor = executor;
    this.callback = callback;
  }

  void begin() {
    log.append(event(Phase.INTENT, "", ""), this);
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public void durable(long index) {
    Problem ended = ended();
    if (ended != null) {
      outcome("refused", ended.code().text());
      callback.refused(ended);
      return;
    }
    callback.granted(this);
  }

  @Override
  public void failed(Problem problem) {
    state.set(OUTCOME_RECORDED | CLOSED);
    callback.refused(problem);
  }

  @Override
  public CredentialName credential() {
    return grant.credential();
  }

  @Override
  public String operation() {
    return operation;
  }

  @Override
  public void reveal(SecretSink sink) {
    if ((state.get() & CLOSED) != 0) {
      throw new RefusedException(Refusals.grantUsedUp(grant.grant()));
    }
    Problem ended = ended();
    if (ended != null) {
      throw new RefusedException(ended);
    }
    try {
      value.reveal(access, new LiveSink(sink));
    } catch (IllegalStateException e) {
      Problem since = ended();
      throw since == null ? e : new RefusedException(since);
    }
  }

  /// Looks once more while the value is held: a revocation closes the value after it has marked the
  /// grant as ended, so either this sees the mark or the revocation waits for the sink.
  private final class LiveSink implements SecretSink {
    private final SecretSink sink;

    LiveSink(SecretSink sink) {
      this.sink = sink;
    }

    @Override
    public void accept(byte[] bytes, int offset, int length) {
      Problem ended = ended();
      if (ended != null) {
        throw new RefusedException(ended);
      }
      sink.accept(bytes, offset, length);
    }
  }

  private @Nullable Problem ended() {
    return session.isLive() ? grant.whyNot() : Refusals.agentRevoked();
  }

  @Override
  public void outcome(String result, String code) {
    if ((state.getAndUpdate(now -> now | OUTCOME_RECORDED) & OUTCOME_RECORDED) == 0) {
      log.append(event(Phase.OUTCOME, result, code));
    }
  }

  @Override
  public void close() {
    if ((state.getAndUpdate(now -> now | CLOSED) & CLOSED) == 0) {
      outcome("unknown", "");
    }
  }

  private LedgerEvent event(Phase phase, String result, String code) {
    Map<String, String> detail = phase == Phase.OUTCOME ? Map.of() : detail();
    return new LedgerEvent(
        clock.instant(),
        Kind.REDEMPTION,
        phase,
        operation,
        session.entry().actor(),
        grant.credential().value(),
        grant.id().value(),
        use.destination(),
        use.method(),
        use.path(),
        result,
        code,
        detail);
  }

  private Map<String, String> detail() {
    String surface = use.surface();
    String trust = session.trust().toString();
    if (version.isEmpty()) {
      return session.run().isEmpty()
          ? Map.of("surface", surface, "trust", trust)
          : Map.of("surface", surface, "trust", trust, "run", session.run());
    }
    return session.run().isEmpty()
        ? Map.of("surface", surface, "trust", trust, "version", version)
        : Map.of("surface", surface, "trust", trust, "version", version, "run", session.run());
  }

  @Override
  public String toString() {
    return "[lease of " + grant.credential() + " " + operation + "]";
  }
}
