package io.keymantle.control;

import io.keymantle.control.ImportReport.Imported;
import io.keymantle.control.ImportReport.Skipped;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Rules;
import io.keymantle.domain.SourceReference;
import io.keymantle.intake.SealedValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/// The credentials of a home: what they are, where they may go, who may use them. All changes take
/// a person. Thread-safe.
public final class Catalogue {
  /// How many earlier values are kept for redaction while grants of their time live.
  private static final int VALUES_KEPT = 4;

  private final HomeState state;
  private final CredentialStore store;
  private final ValueIntake intake;
  private final LiveView live;
  private final Operations operations;
  private final Revocations revocations;
  private final Approvals approvals;

  private final AtomicLong revision = new AtomicLong();

  /// Credentials that may have earlier values in the store.
  private final Set<CredentialName> rotated = ConcurrentHashMap.newKeySet();

  Catalogue(
      HomeState state,
      CredentialStore store,
      ValueIntake intake,
      LiveView live,
      Operations operations,
      Revocations revocations,
      Approvals approvals) {
    this.state = state;
    this.store = store;
    this.intake = intake;
    this.live = live;
    this.operations = operations;
    this.revocations = revocations;
    this.approvals = approvals;
  }

  /// A number that grows with every change of the credentials. Read it before [#list]: the list is
  /// then of that revision or a later one.
  public long revision() {
    return revision.get();
  }

  /// All credentials, by name.
  public List<Credential> list() {
    return List.copyOf(state.credentials.values());
  }

  /// The names of the credentials that an agent may ask for, without regard to approvals.
  public List<CredentialName> namesFor(AgentName agent) {
    return state.credentials.values().stream()
        .filter(each -> each.rules().allowedAgents().contains(agent))
        .map(Credential::name)
        .toList();
  }

  /// @throws RefusedException with `not_found`
  public Credential show(CredentialName name) {
    return state.credential(name).orElseThrow(() -> notFound(name));
  }

  /// Adds a credential without a value: its source has it, or it follows by [#rotate].
  ///
  /// @throws RefusedException with `already_exists`, or why the source cannot be used
  public Credential add(Actor.Person actor, CredentialSpec spec) {
    return addAll(actor, "add", List.of(spec), Map.of()).getFirst();
  }

  /// Adds a credential with its value, for the built-in store.
  ///
  /// @throws RefusedException with `already_exists`, `value_unusable`, or `invalid_request` when
  ///   the source is another than the built-in store
  public Credential add(Actor.Person actor, CredentialSpec spec, SealedValue value) {
    requireStoreSource(spec);
    return addAll(actor, "add", List.of(spec), Map.of(spec.name(), value)).getFirst();
  }

  /// Adds all of the credentials or none.
  ///
  /// @throws RefusedException with `already_exists` naming the first that does
  public ImportReport importAll(Actor.Person actor, List<CredentialSpec> specs) {
    return ImportReport.of(addAll(actor, "import", specs, Map.of()));
  }

  private List<Credential> addAll(
      Actor actor,
      String verb,
      List<CredentialSpec> specs,
      Map<CredentialName, SealedValue> values) {
    return state.writing(() -> {
      Set<CredentialName> names = new HashSet<>();
      List<Prepared> prepared = new ArrayList<>();
      for (CredentialSpec spec : specs) {
        if (state.credentials.containsKey(spec.name()) || !names.add(spec.name())) {
          throw alreadyExists(spec.name());
        }
        prepared.add(prepare(spec, Optional.ofNullable(values.get(spec.name()))));
      }
      return put(actor, verb, prepared);
    });
  }

  /// Adds those of the offered that can be, and says why not of the others. Takes nothing away.
  ///
  /// @param rehearsal add none, and say what would be added
  ImportReport importNew(Actor actor, List<ImportOffer> offers, boolean rehearsal) {
    return state.writing(() -> {
      List<Skipped> skipped = new ArrayList<>();
      SequencedMap<CredentialName, Taken> taken = new LinkedHashMap<>();
      for (ImportOffer offer : offers) {
        CredentialName name = offer.spec().name();
        try {
          Taken other = taken.get(name);
          if (other != null) {
            throw alreadyTaken(name, other.offer());
          }
          if (state.credentials.containsKey(name)) {
            throw alreadyExists(name);
          }
          taken.put(name, new Taken(offer, prepare(offer.spec(), offer.value())));
        } catch (RefusedException e) {
          skipped.add(new Skipped(offer.place(), e.problem().message()));
        }
      }
      if (!rehearsal) {
        put(actor, "import", taken.values().stream().map(Taken::prepared).toList());
        taken.values().stream()
            .map(Taken::offer)
            .filter(offer -> !offer.version().isEmpty())
            .forEach(offer -> tellVersion(actor, offer));
      }
      return new ImportReport(taken.values().stream().map(Taken::imported).toList(), skipped);
    });
  }

  /// An offer that can be taken.
  private record Taken(ImportOffer offer, Prepared prepared) {
    Imported imported() {
      return Imported.of(prepared.credential(), offer.place(), offer.hasValue());
    }
  }

  /// Which version of a source's item a credential got.
  private void tellVersion(Actor actor, ImportOffer offer) {
    Entry entry =
        Entry.of(Kind.CREDENTIAL, actor)
            .about(offer.spec().name())
            .with("verb", "import_version")
            .with("source", SourceReference.parse(offer.place()).scheme())
            .with("version", offer.version());
    operations.fact(operations.ids().operation(), entry, "ok", "");
  }

  /// A new credential, and its value where the store has it.
  private record Prepared(Credential credential, Optional<EncryptedValue> value) {}

  private Prepared prepare(CredentialSpec spec, Optional<SealedValue> value) {
    Credential credential =
        spec.toCredential(value.isPresent() ? 1 : 0, operations.clock().instant());
    intake.checkSource(credential);
    return new Prepared(credential, value.map(sealed -> intake.envelope(credential, sealed)));
  }

  private List<Credential> put(Actor actor, String verb, List<Prepared> prepared) {
    List<Credential> added = prepared.stream().map(Prepared::credential).toList();
    if (added.isEmpty()) {
      return added;
    }
    Map<CredentialName, EncryptedValue> encrypted = new TreeMap<>();
    prepared.forEach(
        each -> each.value().ifPresent(value -> encrypted.put(each.credential().name(), value)));
    Entry entry =
        added.size() == 1
            ? Entry.credential(actor, verb, added.getFirst())
            : Entry.of(Kind.CREDENTIAL, actor)
                .with("verb", verb)
                .with("credentials", String.join(" ", names(added)));
    operations.perform(
        entry,
        () -> {
          store.add(added, encrypted);
          added.forEach(this::publish);
        });
    return added;
  }

  /// Replaces source, bindings and rules. The value stays, unless the source changes away from the
  /// built-in store: then it is deleted. Grants of agents that are no longer allowed end, and all
  /// of them when a person's confirmation is newly asked for. A change that may widen access to a
  /// credential that asks people is asked about itself: the same change takes their yes.
  ///
  /// @throws RefusedException with `not_found`, `value_unusable`, why the source cannot be used,
  ///   `approval_required` when people have been asked, or `approval_denied`
  public Credential set(Actor.Person actor, CredentialSpec spec) {
    return state.writing(() -> {
      Credential before = show(spec.name());
      boolean leavesStore = before.source().isStore() && !spec.source().isStore();
      Credential after =
          spec.toCredential(leavesStore ? 0 : before.valueVersion(), operations.clock().instant());
      intake.checkSource(after);
      intake.check(after);
      approvals.passChange(actor, new RuleChange(before, spec));
      operations.perform(
          Entry.credential(actor, "set", after),
          () -> {
            store.replace(after);
            if (leavesStore) {
              store.forgetValues(after.name(), before.valueVersion() + 1);
            }
            publish(after);
          });
      boolean asksNow = asksMore(before.rules(), after.rules());
      revocations.revokeWhere(
          actor,
          grant ->
              grant.credential().equals(after.name())
                  && (asksNow || !after.rules().allowedAgents().contains(grant.agent())),
          "rules of " + after.name());
      approvals.credentialChanged(actor, after);
      return after;
    });
  }

  private static boolean asksMore(Rules before, Rules after) {
    boolean otherApprovals =
        !after.approvals().isEmpty() && !after.approvals().equals(before.approvals());
    return otherApprovals || (after.requireTotp() && !before.requireTotp());
  }

  /// Changes a credential from what it is now, atomically.
  public Credential change(
      Actor.Person actor, CredentialName name, UnaryOperator<CredentialSpec> change) {
    return state.writing(() -> set(actor, change.apply(CredentialSpec.of(show(name)))));
  }

  /// Replaces the value; grants stay and use the new one from now on. The old value is still masked
  /// in replies while grants of its time live.
  ///
  /// @throws RefusedException with `not_found`, `value_unusable`, or `invalid_request` when the
  ///   value lives in another source
  public Credential rotate(Actor.Person actor, CredentialName name, SealedValue value) {
    return state.writing(() -> {
      Credential before = show(name);
      requireStoreSource(CredentialSpec.of(before));
      Credential after =
          CredentialSpec.of(before)
              .toCredential(before.valueVersion() + 1, operations.clock().instant());
      EncryptedValue encrypted = intake.envelope(after, value);
      operations.perform(
          Entry.credential(actor, "rotate", after),
          () -> {
            store.rotate(after, encrypted, Math.max(1, after.valueVersion() - VALUES_KEPT + 1));
            publish(after);
          });
      return after;
    });
  }

  /// Removes the credential, its values, and ends its grants.
  ///
  /// @throws RefusedException with `not_found`
  public void remove(Actor.Person actor, CredentialName name) {
    List<Grant> endedNow = revocations.endInMemory(new GrantSelector.ByCredential(name));
    state.writing(() -> {
      removeNow(actor, name, endedNow);
      return true;
    });
  }

  /// Deletes earlier values that no live grant is old enough to have seen.
  void forgetEarlierValues() {
    for (CredentialName name : rotated) {
      state.writing(() -> {
        Credential credential = state.credentials.get(name);
        if (credential == null) {
          return rotated.remove(name);
        }
        Instant now = operations.clock().instant();
        boolean seen =
            state.grants(new GrantSelector.ByCredential(name)).stream()
                .map(StoredGrant::grant)
                .anyMatch(grant ->
                    grant.isLive(now) && grant.issuedAt().isBefore(credential.changedAt()));
        if (seen) {
          return false;
        }
        store.forgetValues(name, credential.valueVersion());
        return rotated.remove(name);
      });
    }
  }

  /// @param endedNow its grants that have been ended in memory already
  void removeNow(Actor actor, CredentialName name, List<Grant> endedNow) {
    Credential credential = show(name);
    List<Grant> ended = new ArrayList<>(endedNow);
    String operation = operations.ids().operation();
    operations.perform(
        operation,
        Entry.credential(actor, "remove", credential),
        () -> {
          ended.addAll(revocations.endInMemory(new GrantSelector.ByCredential(name)));
          store.remove(name, operations.clock().instant());
          state.credentials.remove(name);
          revision.incrementAndGet();
          live.credentialRemoved(name);
          approvals.endWhere(actor, request -> request.credential().equals(name));
          revocations.facts(operation, actor, ended);
        });
  }

  void publish(Credential credential) {
    state.credentials.put(credential.name(), credential);
    revision.incrementAndGet();
    if (credential.valueVersion() > 1) {
      rotated.add(credential.name());
    }
    live.credentialChanged(credential);
  }

  private static List<String> names(List<Credential> credentials) {
    return credentials.stream().map(each -> each.name().value()).toList();
  }

  private static void requireStoreSource(CredentialSpec spec) {
    if (!spec.source().isStore()) {
      throw RefusedException.about(
          spec.name(),
          ErrorCode.INVALID_REQUEST,
          "its value lives in " + spec.source().scheme() + ", not in Keymantle's store",
          "change the value there, or run: keymantle credential set "
              + spec.name()
              + " --source store");
    }
  }

  static RefusedException notFound(CredentialName name) {
    return RefusedException.about(
        name,
        ErrorCode.NOT_FOUND,
        "there is no credential of this name",
        "see them with: keymantle credential list");
  }

  private static RefusedException alreadyTaken(CredentialName name, ImportOffer other) {
    return RefusedException.about(
        name,
        ErrorCode.ALREADY_EXISTS,
        "it would be called " + name + ", as " + other.place() + " is",
        "import them one after the other, with --prefix");
  }

  private static RefusedException alreadyExists(CredentialName name) {
    return RefusedException.about(
        name,
        ErrorCode.ALREADY_EXISTS,
        "there is a credential of this name already",
        "change it with: keymantle credential set " + name);
  }
}
