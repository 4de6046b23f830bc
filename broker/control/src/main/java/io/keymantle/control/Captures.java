package io.keymantle.control;

import io.keymantle.domain.Credential;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Secrets that a reply has just granted (OAuth token endpoints), turned into credentials before
/// the agent sees the reply. Thread-safe.
public final class Captures {
  private final HomeState state;
  private final CredentialStore store;
  private final Catalogue catalogue;
  private final Grants grants;
  private final Operations operations;

  Captures(
      HomeState state,
      CredentialStore store,
      Catalogue catalogue,
      Grants grants,
      Operations operations) {
    this.state = state;
    this.store = store;
    this.catalogue = catalogue;
    this.grants = grants;
    this.operations = operations;
  }

  /// Adds a credential `PARENT.captured-N`, bound like its parent, and grants it to the agent of
  /// the parent grant. Of one parent at most 16 are kept; the oldest gives way.
  ///
  /// @param field the pointer of the reply field, for the ledger
  /// @param envelope makes the stored value of the new credential
  /// @throws RefusedException when the parent grant has ended since
  public IssuedGrant capture(
      GrantId parent, String field, Function<Credential, EncryptedValue> envelope) {
    return state.writing(() -> {
      StoredGrant origin = grants.requireLive(parent);
      Actor actor = new Actor.AgentActor(origin.grant().agent());
      Credential credential = catalogue.show(origin.grant().credential());
      Captured captured = Captured.next(credential.name(), state.credentials.keySet());
      captured.givesWay().ifPresent(oldest -> catalogue.removeNow(actor, oldest, List.of()));
      Credential derived =
          captured
              .spec(credential, origin.grant().agent())
              .toCredential(1, operations.clock().instant());
      EncryptedValue value = envelope.apply(derived);
      operations.perform(
          Entry.credential(actor, "capture", derived).about(parent).with("field", field),
          () -> {
            store.add(List.of(derived), Map.of(derived.name(), value));
            catalogue.publish(derived);
          });
      return grants.issueDerived(origin.grant(), derived);
    });
  }
}
