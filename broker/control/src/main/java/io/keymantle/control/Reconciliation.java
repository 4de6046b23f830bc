package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Brings ledger and store back together after a crash: every intent without an outcome is closed
/// as `unknown`. A grant among them is revoked, for its token was never handed out; so is what an
/// unfinished revocation named.
final class Reconciliation {
  private final HomeState state;
  private final ControlPorts ports;
  private final Operations operations;

  Reconciliation(HomeState state, ControlPorts ports, Operations operations) {
    this.state = state;
    this.ports = ports;
    this.operations = operations;
  }

  void reconcile() {
    for (LedgerEvent intent : ports.ledger().unfinished()) {
      ports.ledger().append(closed(intent, found(intent)));
    }
    // The next search for unfinished operations goes back to this entry, so it comes last; being
    // durable, it makes those before it durable as well.
    operations.factDurably(
        operations.ids().operation(),
        Entry.of(Kind.BROKER, new Actor.Broker()).with("event", "started"),
        "ok",
        "");
  }

  /// What the store says of an unfinished operation, after mending it where that is safe.
  private String found(LedgerEvent intent) {
    Instant now = operations.clock().instant();
    if (intent.kind() == Kind.GRANT && !intent.grant().isEmpty()) {
      List<GrantId> revoked =
          ports.grants().revoke(new GrantSelector.ById(new GrantId(intent.grant())), now);
      return revoked.isEmpty() ? "not in the store" : "revoked: its token was never handed out";
    }
    if (intent.kind() == Kind.REVOCATION) {
      return Selectors.of(intent)
          .map(selector -> ports.grants().revoke(selector, now).size() + " grants revoked")
          .orElse("not repeated");
    }
    if (intent.kind() == Kind.CREDENTIAL && !intent.credential().isEmpty()) {
      boolean there =
          ports.credentials().all().stream()
              .anyMatch(each -> each.name().value().equals(intent.credential()));
      return there ? "the credential is in the store" : "the credential is not in the store";
    }
    return "not compared";
  }

  private LedgerEvent closed(LedgerEvent intent, String found) {
    Map<String, String> detail = new TreeMap<>(intent.detail());
    detail.put("reconciled", found);
    return new LedgerEvent(
        operations.clock().instant(),
        intent.kind(),
        Phase.OUTCOME,
        intent.operation(),
        intent.actor(),
        intent.credential(),
        intent.grant(),
        intent.destination(),
        intent.method(),
        intent.path(),
        "unknown",
        "",
        detail);
  }

  void load(Catalogue catalogue) {
    state.epoch.set(ports.settings().epoch());
    ports.credentials().all().forEach(catalogue::publish);
    for (StoredAgent agent : ports.agents().all()) {
      state.put(agent);
      ports.live().agentAdded(agent);
    }
    for (Run run : ports.runs().all()) {
      state.put(run);
      ports.live().runStarted(run);
    }
    Instant now = operations.clock().instant();
    for (StoredGrant stored : ports.grants().all()) {
      state.put(stored);
      ports.live().grantIssued(stored);
      Grant grant = stored.grant();
      if (grant.revokedAt().isPresent() || grant.epoch() != state.epoch.get()) {
        ports.live().grantEnded(grant.id(), ErrorCode.GRANT_REVOKED);
      } else if (!grant.isLive(now)) {
        ports.live().grantEnded(grant.id(), ErrorCode.GRANT_EXPIRED);
      }
    }
  }
}
