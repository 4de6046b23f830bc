package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.Credential;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Questions to people about exact requests, and their answers. Thread-safe.
///
/// Guarantees: a yes is in the ledger before anybody can use it; it holds for the request that it
/// was said to, or for less than its rule allows, never for more; a yes for once is taken once,
/// however many try; one no ends a question; what changed since it was asked, or since who said yes
/// left, is asked anew; no step of the clock prolongs or revives anything.
public final class Approvals {
  /// How long a yes for once waits to be used.
  static final Duration USE_WITHIN = Duration.ofMinutes(5);

  private static final Duration REMEMBERED = Duration.ofDays(7);

  private final HomeState state;
  private final ApprovalStore store;
  private final Electorate electorate;
  private final Operations operations;
  private final Map<ApprovalId, Approval> approvals = new ConcurrentHashMap<>();
  private final ApprovalLimits limits = new ApprovalLimits();
  private final ApprovalWaiters waiters = new ApprovalWaiters();
  private final ReentrantLock lock = new ReentrantLock();

  Approvals(HomeState state, ApprovalStore store, Electorate electorate, Operations operations) {
    this.state = state;
    this.store = store;
    this.electorate = electorate;
    this.operations = operations;
  }

  void load() {
    store.all().forEach(each -> approvals.put(each.id(), each));
  }

  /// All that are remembered, newest first.
  public List<Approval> list() {
    return approvals.values().stream()
        .map(this::asOfNow)
        .sorted(
            Comparator.comparing(Approval::createdAt)
                .thenComparing(each -> each.id().value())
                .reversed())
        .toList();
  }

  /// @throws RefusedException with `not_found`
  public Approval show(ApprovalId id) {
    Approval approval = approvals.get(id);
    if (approval == null) {
      throw Refusals.noApproval(id);
    }
    return asOfNow(approval);
  }

  /// @throws RefusedException with `not_found`, also when it is another agent's
  public Approval showTo(AgentName agent, ApprovalId id) {
    Approval approval = show(id);
    if (!approval.request().asker().equals(new Actor.AgentActor(agent))) {
      throw Refusals.noApproval(id);
    }
    return approval;
  }

  /// The clock ends what nobody has swept yet.
  private Approval asOfNow(Approval approval) {
    Instant now = operations.clock().instant();
    return overdue(approval, now).map(last -> approval.ended(last, now)).orElse(approval);
  }

  private static Optional<ApprovalState> overdue(Approval approval, Instant now) {
    if (approval.state() == ApprovalState.PENDING && !now.isBefore(approval.answerBy())) {
      return Optional.of(ApprovalState.EXPIRED);
    }
    return approval.state() == ApprovalState.APPROVED && !approval.isGood(now)
        ? Optional.of(ApprovalState.LAPSED)
        : Optional.empty();
  }

  /// Counts an approval's votes.
  Tally tally(Approval approval) {
    ApprovalRequest request = approval.request();
    return new Tally(request, owner(request), electorate);
  }

  private PersonName owner(ApprovalRequest request) {
    if (request.asker() instanceof Actor.Person person) {
      return person.personName();
    }
    return state
        .agent(request.agent())
        .map(each -> each.agent().owner())
        .orElse(Actor.Person.OWNER.personName());
  }

  /// How an approval stands, rule by rule.
  public List<Standing> standing(Approval approval) {
    Tally tally = tally(approval);
    Duration lifetime = lifetime(approval.request());
    return approval.request().needs().stream()
        .map(need ->
            new Standing(need, tally.counted(need, approval.votes()), tally.cap(need, lifetime)))
        .toList();
  }

  /// Whether the person may say yes or no to it now.
  public boolean mayAnswer(Approval approval, PersonName person) {
    return approval.state() == ApprovalState.PENDING
        && !tally(approval).hasAnswered(person, approval.votes())
        && tally(approval).mayAnswer(person);
  }

  /// Whether a rule of it asks the person, who need not be the one to pass alone.
  public boolean asks(Approval approval, ApprovalRule need, PersonName person) {
    return tally(approval).mayAnswer(need, person);
  }

  Duration lifetime(ApprovalRequest request) {
    return state
        .credential(request.credential())
        .map(each -> each.rules().expiresAfter())
        .orElse(Duration.ZERO);
  }

  /// How many requests are held until it is answered.
  public int waiting(ApprovalId id) {
    return waiters.count(id);
  }

  /// Tells of every change of an approval, in the order of the changes of each. The watcher must
  /// not block. Returns a handle that ends it.
  public AutoCloseable watch(Consumer<Approval> watcher) {
    return waiters.watch(watcher);
  }

  /// Takes a yes that covers the request, or asks for one.
  ///
  /// @param wanted false when who asked has gone: then no yes is taken
  /// @return the approval: good and taken, or pending
  /// @throws RefusedException with `approval_denied`, or `rate_limited` after too many questions
  Approval takeOrAsk(ApprovalRequest request, BooleanSupplier wanted) {
    return locked(() -> {
      Instant now = operations.clock().instant();
      for (Approval each : list()) {
        if (each.isGood(now) && covers(each, request)) {
          Optional<Approval> taken = take(each, wanted, now);
          if (taken.isPresent()) {
            return taken.get();
          }
        }
      }
      String key = request.key();
      for (Approval each : list()) {
        if (each.request().key().equals(key)) {
          if (each.state() == ApprovalState.PENDING) {
            return each;
          }
          if (each.state() == ApprovalState.DENIED && now.isBefore(each.answerBy())) {
            throw new RefusedException(Refusals.approvalDenied(each));
          }
        }
      }
      return ask(request, now);
    });
  }

  private static boolean covers(Approval yes, ApprovalRequest request) {
    return yes.scope() == ApprovalScope.CREDENTIAL
        ? request.isCoveredBy(yes.request())
        : yes.request().key().equals(request.key());
  }

  private Optional<Approval> take(Approval yes, BooleanSupplier wanted, Instant now) {
    if (!tally(yes).isMet(yes.votes())) {
      change(new Actor.Broker(), yes.ended(ApprovalState.REVOKED, now), "revoke");
      return Optional.empty();
    }
    if (!wanted.getAsBoolean()) {
      throw new RefusedException(Refusals.approvalTimeout(yes));
    }
    if (yes.scope() == ApprovalScope.ONCE) {
      Approval consumed = yes.ended(ApprovalState.CONSUMED, now);
      change(yes.request().asker(), consumed, "consume");
      return Optional.of(consumed);
    }
    return Optional.of(yes);
  }

  private Approval ask(ApprovalRequest request, Instant now) {
    long open =
        list().stream()
            .filter(each ->
                each.state() == ApprovalState.PENDING
                    && each.request().asker().equals(request.asker()))
            .count();
    limits.count(request.asker(), open, now);
    Approval asked = Approval.asked(operations.ids().approval(), request, now);
    operations.perform(
        entry(request.asker(), asked, "ask"),
        () -> {
          store.add(asked);
          approvals.put(asked.id(), asked);
        });
    waiters.changed(asked);
    return asked;
  }

  /// Takes a yes for a use, holding the request until it is there.
  ///
  /// @param waits false to be refused at once rather than held
  /// @return the approval that lets it pass
  /// @throws RefusedException with `approval_timeout` after the time that the rules allow,
  ///   `approval_required` when it does not wait, `approval_denied`, `approval_expired` or
  ///   `rate_limited`
  public Approval pass(ApprovalRequest request, boolean waits, BooleanSupplier wanted) {
    Duration hold =
        request.needs().stream()
            .map(ApprovalRule::hold)
            .filter(_ -> waits)
            .min(Duration::compareTo)
            .orElse(Duration.ZERO);
    Instant end = operations.clock().instant().plus(hold);
    while (true) {
      Approval approval = takeOrAsk(request, wanted);
      if (approval.state() != ApprovalState.PENDING) {
        return approval;
      }
      await(approval.id(), Duration.between(operations.clock().instant(), end));
      Approval after = show(approval.id());
      switch (after.state()) {
        case PENDING ->
            throw new RefusedException(
                waits ? Refusals.approvalTimeout(after) : Refusals.approvalRequired(after));
        case EXPIRED, CANCELLED -> throw new RefusedException(Refusals.approvalOver(after));
        default -> {}
      }
    }
  }

  /// Waits until an approval is no longer pending, or a time has passed.
  public Approval await(ApprovalId id, Duration atMost) {
    waiters.await(id, atMost, () -> show(id).state() == ApprovalState.PENDING);
    return show(id);
  }

  /// Changes an approval that is not locked by anyone else.
  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /// Records a change and makes it: ledger, store, memory, whoever waits. Under the lock.
  ///
  /// @throws RefusedException with `conflict` when another replica was quicker
  void change(Actor actor, Approval after, String verb) {
    operations.perform(
        entry(actor, after, verb),
        () -> {
          if (!store.replace(after)) {
            throw Refusals.approvalChanged(after);
          }
          approvals.put(after.id(), after);
        });
    waiters.changed(after);
  }

  /// An agent takes its question back.
  ///
  /// @throws RefusedException with `not_found` when it is another agent's
  public void cancel(AgentName agent, ApprovalId id) {
    locked(() -> {
      Approval approval = showTo(agent, id);
      if (approval.state() == ApprovalState.PENDING) {
        end(approval.request().asker(), approval, ApprovalState.CANCELLED);
      }
      return id;
    });
  }

  /// Ends what is open: questions are cancelled, and a yes is revoked.
  void endWhere(Actor actor, Predicate<ApprovalRequest> ends) {
    locked(() -> {
      for (Approval each : list()) {
        if (each.state().isOpen() && ends.test(each.request())) {
          end(
              actor,
              each,
              each.state() == ApprovalState.PENDING
                  ? ApprovalState.CANCELLED
                  : ApprovalState.REVOKED);
        }
      }
      return 0;
    });
  }

  private void end(Actor actor, Approval approval, ApprovalState last) {
    change(
        actor,
        approval.ended(last, operations.clock().instant()),
        last == ApprovalState.CANCELLED ? "cancel" : "revoke");
  }

  /// Takes the yes that a change of a credential needs, or asks for one.
  ///
  /// @throws RefusedException with `approval_required` when people have been asked, or as
  ///   [#takeOrAsk]
  void passChange(Actor.Person actor, RuleChange change) {
    if (!change.asksPeople()) {
      return;
    }
    Approval approval = takeOrAsk(change.request(actor), () -> true);
    if (approval.state() == ApprovalState.PENDING) {
      throw new RefusedException(Refusals.approvalRequired(approval));
    }
  }

  /// Ends what the credential's change made void.
  void credentialChanged(Actor actor, Credential credential) {
    String revision = revision(credential);
    endWhere(
        actor,
        request ->
            request.credential().equals(credential.name()) && !request.revision().equals(revision));
  }

  /// What of a credential a yes is bound to; its value may be rotated.
  public static String revision(Credential credential) {
    return Digests.hex("credential-v1", CredentialCodec.text(CredentialSpec.of(credential)));
  }

  /// Ends what is overdue, and forgets what ended long ago.
  void sweep() {
    Instant now = operations.clock().instant();
    Instant forgotten = now.minus(REMEMBERED);
    boolean purge = false;
    for (Approval each : List.copyOf(approvals.values())) {
      if (overdue(each, now).isPresent()) {
        locked(() -> {
          Approval current = approvals.getOrDefault(each.id(), each);
          overdue(current, now)
              .ifPresent(
                  last -> change(new Actor.Broker(), current.ended(last, now), last.toString()));
          return 0;
        });
      } else if (each.endedAt().filter(forgotten::isAfter).isPresent()) {
        approvals.remove(each.id());
        purge = true;
      }
    }
    if (purge) {
      store.purge(forgotten);
    }
  }

  static Entry entry(Actor actor, Approval approval, String verb) {
    ApprovalRequest request = approval.request();
    Entry entry =
        Entry.of(Kind.APPROVAL, actor)
            .about(request.credential())
            .with("verb", verb)
            .with("approval", approval.id().value())
            .with("agent", request.agent().value())
            .with("digest", approval.digest())
            .with("state", approval.state().toString());
    return switch (request.kind()) {
      case GRANT -> entry;
      case USE ->
          entry
              .with("destination", request.target().destination())
              .with("method", request.target().method())
              .with("path", request.target().path());
      case CHANGE -> entry.with("change", String.join("; ", request.target().headers()));
    };
  }

  /// The refusal of a question that is no longer open.
  RefusedException notOpen(Approval approval) {
    return switch (approval.state()) {
      case DENIED -> new RefusedException(Refusals.approvalDenied(approval));
      case EXPIRED, CANCELLED, LAPSED, REVOKED ->
          new RefusedException(Refusals.approvalOver(approval));
      default ->
          RefusedException.of(
              ErrorCode.CONFLICT,
              "approval " + approval.id() + " is " + approval.state() + " already",
              "see it with: keymantle approval show " + approval.id());
    };
  }
}
