package io.keymantle.redeem;

import io.keymantle.domain.Destination;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.Problem;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.secret.SecretBytes;
import io.keymantle.secret.SecretLease;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/// What boundaries ask of the broker. Thread-safe and, but for [#redeem], [#redactions] and
/// [#capture], without any wait: safe on an event loop.
public interface Redeemer {
  /// The session of an agent token (`kma_…`).
  ///
  /// @throws io.keymantle.domain.RefusedException with `unauthenticated` or `agent_revoked`
  AgentSession authenticate(String agentToken);

  /// The grant behind a broker token, if it lives and belongs to the session's agent. Takes no
  /// secret and records nothing.
  ///
  /// @throws io.keymantle.domain.RefusedException with `token_unknown`, `token_of_other_agent`,
  ///   `grant_expired`, `grant_revoked` or `grant_used_up`
  LiveGrant grant(AgentSession session, String brokerToken);

  /// The session's live grants that have a binding with `inject: always` for the destination.
  List<LiveGrant> injected(AgentSession session, Destination destination);

  /// The session's live grants that have a network binding for the destination, however it injects:
  /// tells the gateway whether a body may carry a token at all. No I/O.
  List<LiveGrant> bound(AgentSession session, Destination destination);

  /// Whether traffic without a broker token may go to the destination: the agent's egress policy
  /// and the destinations of its credentials.
  EgressDecision egress(AgentSession session, Destination destination);

  /// Whether people have to say yes to this use. The boundary then hands in the whole of what they
  /// are asked about, and the redemption waits for their answer. No I/O.
  ///
  /// @param path canonical, broker tokens masked
  default boolean asksFor(
      AgentSession session, LiveGrant grant, String destination, String method, String path) {
    return false;
  }

  /// Records the redemption durably, then lends the value. Consumes one use. Where people have to
  /// say yes, that comes first and may take minutes. The callback runs on whatever thread completes
  /// the step; the caller hands over to its own.
  void redeem(AgentSession session, LiveGrant grant, ObservedUse use, Callback callback);

  /// An executor for the callbacks of one event loop: with it a redemption that begins on the loop
  /// also ends there, without a change of threads, while the disk is quick.
  ///
  /// @param here whether the current thread is the loop's
  default Executor callbacks(Executor loop, BooleanSupplier here) {
    return loop;
  }

  /// As [#redeem(AgentSession, LiveGrant, ObservedUse, Callback)], with the callback on the
  /// executor. All redemptions of one ledger commit that share an executor (by identity) come back
  /// as one task, in their order, so that an event loop is woken once per commit.
  default void redeem(
      AgentSession session,
      LiveGrant grant,
      ObservedUse use,
      Executor executor,
      Callback callback) {
    redeem(
        session,
        grant,
        use,
        new Callback() {
          @Override
          public void granted(SecretLease lease) {
            executor.execute(() -> callback.granted(lease));
          }

          @Override
          public void refused(Problem problem) {
            executor.execute(() -> callback.refused(problem));
          }
        });
  }

  /// The values of all live grants of the session's agent, compiled for redaction of what the agent
  /// will see. Completes at once when nothing changed since the last call; completes exceptionally
  /// with a refusal when a value cannot be read, and then the reply must not be passed on.
  CompletionStage<RedactionSet> redactions(AgentSession session);

  /// Stores a secret that a reply has just granted (OAuth token endpoint) as a derived credential
  /// bound like its parent, and returns the broker token that stands for it. Takes ownership of the
  /// value.
  CompletionStage<String> capture(
      AgentSession session, LiveGrant parent, String field, SecretBytes value);

  /// Puts a fact into the ledger without waiting for durability: refusals at a boundary, egress,
  /// redaction hits.
  void record(LedgerEvent event);

  /// What may happen to traffic that carries no broker token.
  enum EgressDecision {
    INTERCEPT,
    TUNNEL,
    REFUSE
  }

  /// Receives the end of a redemption: exactly one of the two, once.
  interface Callback {
    /// The record is durable; use the value and close the lease.
    void granted(SecretLease lease);

    /// No secret was or will be used.
    void refused(Problem problem);

    /// Whether to wait for people where they have to say yes. Who does not is refused at once, with
    /// the approval to ask again under.
    default boolean waits() {
      return true;
    }

    /// False when nobody waits for the value any more: a yes of people is then left for the next
    /// request. May be asked from any thread.
    default boolean wanted() {
      return true;
    }
  }
}
