package io.keymantle.exec;

import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CommandBinding.Delivery;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.sandbox.CommandProfile;
import io.keymantle.sandbox.Confined;
import io.keymantle.sandbox.GatewayRoute;
import io.keymantle.sandbox.Isolation;
import io.keymantle.sandbox.PrivateDelivery;
import io.keymantle.sandbox.Sandbox;
import io.keymantle.secret.SecretLease;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/// Runs a command with a credential's value, for an agent that never sees the value.
///
/// Guarantees: only a command that a binding of a live grant allows is run, from a file that no
/// agent can replace; the redemption is in the ledger before the value is touched; the value
/// reaches the command by variable, file in memory or standard input, never by argument; the
/// command has a process, file and network namespace of its own, without them it does not run; its
/// output is redacted of every value of the agent's live grants; it and everything it started end
/// at its time limit, its output limit, or with the grant.
///
/// Not guaranteed: a command that is allowed can do with the value what its arguments let it do,
/// such as sending a transformed copy where the gateway lets the agent's traffic through.
///
/// Thread-safe. [#run] blocks: call it on a thread of its own.
public final class CommandBoundary {
  /// The method of a command, in rules and in the ledger.
  static final String EXEC = "exec";

  private final Redeemer redeemer;
  private final Isolation isolation;
  private final ExecSettings settings;
  private final Clock clock;
  private final ExecutableGuard guard;
  private final Semaphore free;

  public CommandBoundary(
      Redeemer redeemer, Isolation isolation, ExecSettings settings, Clock clock) {
    this.redeemer = redeemer;
    this.isolation = isolation;
    this.settings = settings;
    this.clock = clock;
    this.guard = ExecutableGuard.ofThisProcess();
    this.free = new Semaphore(settings.atOnce());
  }

  /// Runs the command to its end, and streams what it says.
  ///
  /// @return its exit status, or 128 and the number of the signal that ended it
  /// @throws RefusedException before any output when the command may not run; after some output
  ///   with `command_timeout`, `output_too_large` or `grant_revoked` when it was ended
  public int run(AgentSession session, ExecRequest request, OutputListener listener)
      throws InterruptedException {
    LiveGrant grant = redeemer.grant(session, BrokerToken.parse(request.brokerToken()).value());
    Prepared prepared;
    boolean asked;
    try {
      prepared = prepare(grant, request);
      asked = redeemer.asksFor(session, grant, prepared.match.executable().toString(), EXEC, "");
      if (!asked) {
        requireFree(grant.credential());
      }
    } catch (RefusedException refusal) {
      record(session, grant, request, refusal.problem());
      throw refusal;
    }
    if (asked) {
      return runApproved(session, grant, request, prepared.match, listener);
    }
    try (SecretLease lease = redeem(session, grant, unasked(prepared.match))) {
      return run(session, grant, request, prepared, lease, listener);
    } finally {
      free.release();
    }
  }

  /// While people think, the command takes no place among those that run; and what it would start
  /// is looked at anew, for it may have been replaced since.
  private int runApproved(
      AgentSession session,
      LiveGrant grant,
      ExecRequest request,
      CommandMatch shown,
      OutputListener listener)
      throws InterruptedException {
    try (SecretLease lease = redeem(session, grant, shown.asked(request, surface(shown)))) {
      try {
        Prepared prepared = prepare(grant, request);
        if (!prepared.match.executable().equals(shown.executable())) {
          throw RefusedException.about(
              grant.credential(),
              ErrorCode.APPROVAL_MISMATCH,
              "the program is another one than people were asked about",
              "send the request again");
        }
        requireFree(grant.credential());
        try {
          return run(session, grant, request, prepared, lease, listener);
        } finally {
          free.release();
        }
      } catch (RefusedException refusal) {
        lease.outcome("refused", refusal.problem().code().text());
        throw refusal;
      }
    }
  }

  private Prepared prepare(LiveGrant grant, ExecRequest request) {
    CredentialName credential = grant.credential();
    requireInput(credential, request);
    CommandMatch match =
        CommandMatch.of(credential, grant.commandBindings(), request.command(), guard);
    requireFreeInput(credential, match.binding(), request);
    return new Prepared(match, profile(credential, match, request), sandbox());
  }

  private void requireFree(CredentialName credential) {
    if (!free.tryAcquire()) {
      throw RefusedException.about(
          credential,
          ErrorCode.RATE_LIMITED,
          settings.atOnce() + " commands are running already",
          "try again when one has ended");
    }
  }

  private int run(
      AgentSession session,
      LiveGrant grant,
      ExecRequest request,
      Prepared prepared,
      SecretLease lease,
      OutputListener listener)
      throws InterruptedException {
    CommandMatch match = prepared.match;
    try {
      RedactionSet redactions = redactions(session);
      requireUsable(lease, match.binding());
      int status =
          run(
              prepared,
              new Attempt(session, grant, match, request, lease),
              new RedactedOutput(redactions, listener, match.binding().outputLimit()));
      lease.outcome("ok", Integer.toString(status));
      return status;
    } catch (RefusedException refusal) {
      lease.outcome("failed", refusal.problem().code().text());
      throw refusal;
    }
  }

  private int run(Prepared prepared, Attempt attempt, RedactedOutput output)
      throws InterruptedException {
    try (Confined process = prepared.sandbox.start(prepared.profile)) {
      return new RunningCommand(process, attempt, output).finish();
    } finally {
      if (output.hits() > 0) {
        redeemer.record(
            event(
                attempt.session,
                attempt.grant,
                LedgerEvent.Kind.REDACTION,
                attempt.match.executable().toString(),
                attempt.lease.operation(),
                "ok",
                "",
                Map.of("hits", Long.toString(output.hits()))));
      }
    }
  }

  private Sandbox sandbox() {
    return switch (isolation) {
      case Isolation.Available available -> new Sandbox(available);
      case Isolation.Unavailable unavailable -> throw unavailable.refusal();
    };
  }

  private CommandProfile profile(
      CredentialName credential, CommandMatch match, ExecRequest request) {
    return new CommandProfile(
        match.line(),
        CommandVariables.of(
            credential, match.binding(), settings.environment(), request.environment()),
        settings.keymantleHome(),
        match.binding().workdir(),
        settings.gatewayFolder().map(folder -> new GatewayRoute(folder, request.agentToken())),
        settings.files(),
        switch (match.binding().delivery()) {
          case Delivery.EnvironmentVariable(String name) -> new PrivateDelivery.Variable(name);
          case Delivery.TemporaryFile(String variable) -> new PrivateDelivery.File(variable);
          case Delivery.StandardInput() -> new PrivateDelivery.StandardInput();
        });
  }

  private static ObservedUse unasked(CommandMatch match) {
    return ObservedUse.unasked(match.executable().toString(), EXEC, "", surface(match));
  }

  private SecretLease redeem(AgentSession session, LiveGrant grant, ObservedUse use)
      throws InterruptedException {
    CompletableFuture<SecretLease> lease = new CompletableFuture<>();
    redeemer.redeem(
        session,
        grant,
        use,
        new Redeemer.Callback() {
          @Override
          public void granted(SecretLease granted) {
            if (!lease.complete(granted)) {
              granted.close();
            }
          }

          @Override
          public void refused(Problem problem) {
            lease.completeExceptionally(new RefusedException(problem));
          }

          @Override
          public boolean wanted() {
            return !lease.isDone();
          }
        });
    try {
      return await(lease);
    } catch (InterruptedException ending) {
      lease.cancel(false);
      throw ending;
    }
  }

  private RedactionSet redactions(AgentSession session) throws InterruptedException {
    return await(redeemer.redactions(session).toCompletableFuture());
  }

  private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RefusedException refusal) {
        throw refusal;
      }
      throw RefusedException.of(
          ErrorCode.INTERNAL, "the broker failed while the command was prepared", "");
    }
  }

  private static void requireInput(CredentialName credential, ExecRequest request) {
    if (request.stdin().remaining() > ExecRequest.MAX_STDIN) {
      throw RefusedException.about(
          credential,
          ErrorCode.BODY_TOO_LARGE,
          "standard input is longer than " + ExecRequest.MAX_STDIN + " bytes",
          "send less");
    }
  }

  private static void requireFreeInput(
      CredentialName credential, CommandBinding binding, ExecRequest request) {
    if (binding.delivery() instanceof Delivery.StandardInput && request.stdin().hasRemaining()) {
      throw RefusedException.about(
          credential,
          ErrorCode.INVALID_REQUEST,
          "standard input of this command carries the value",
          "run it without input");
    }
  }

  /// A variable ends at the first NUL: the command would receive another value than the stored one.
  private static void requireUsable(SecretLease lease, CommandBinding binding) {
    if (!(binding.delivery() instanceof Delivery.EnvironmentVariable)) {
      return;
    }
    lease.reveal((bytes, offset, length) -> {
      for (int i = offset; i < offset + length; i++) {
        if (bytes[i] == 0) {
          throw RefusedException.about(
              lease.credential(),
              ErrorCode.VALUE_UNUSABLE,
              "the value contains a NUL byte, which no environment variable can carry",
              "deliver it as file:VARIABLE or stdin in the binding");
        }
      }
    });
  }

  private void record(AgentSession session, LiveGrant grant, ExecRequest request, Problem problem) {
    String program = request.command().isEmpty() ? "" : request.command().getFirst();
    String plain = program.replaceAll("[^ -~]", "?").replaceAll("kmt_[0-9A-Za-z]*", "kmt_…");
    String shown = plain.length() > 256 ? plain.substring(0, 256) : plain;
    redeemer.record(
        event(
            session,
            grant,
            LedgerEvent.Kind.REDEMPTION,
            shown,
            "",
            "refused",
            problem.code().text(),
            Map.of()));
  }

  private LedgerEvent event(
      AgentSession session,
      LiveGrant grant,
      LedgerEvent.Kind kind,
      String program,
      String operation,
      String result,
      String code,
      Map<String, String> detail) {
    return new LedgerEvent(
        clock.instant(),
        kind,
        LedgerEvent.Phase.FACT,
        operation,
        "agent:" + session.agent().name(),
        grant.credential().value(),
        grant.id().value(),
        program,
        EXEC,
        "",
        result,
        code,
        detail);
  }

  private static String surface(CommandMatch match) {
    return switch (match.binding().delivery()) {
      case Delivery.EnvironmentVariable(String name) -> "env:" + name;
      case Delivery.TemporaryFile(String variable) -> "file:" + variable;
      case Delivery.StandardInput() -> "stdin";
    };
  }

  /// What is known of a run before its redemption.
  private record Prepared(CommandMatch match, CommandProfile profile, Sandbox sandbox) {}

  /// One permitted run.
  record Attempt(
      AgentSession session,
      LiveGrant grant,
      CommandMatch match,
      ExecRequest request,
      SecretLease lease) {}
}
