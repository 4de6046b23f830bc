package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.LedgerEvent;
import java.util.Optional;

/// Reads back from the ledger which grants a revocation was to end.
final class Selectors {
  private Selectors() {}

  static Optional<GrantSelector> of(LedgerEvent revocation) {
    return switch (revocation.detail().getOrDefault("selector", "")) {
      case "grant" -> Optional.of(new GrantSelector.ById(new GrantId(revocation.grant())));
      case "agent" ->
          Optional.of(
              new GrantSelector.ByAgent(
                  new AgentName(revocation.detail().getOrDefault("agent", ""))));
      case "credential" ->
          Optional.of(new GrantSelector.ByCredential(new CredentialName(revocation.credential())));
      case "run" ->
          Optional.of(new GrantSelector.ByRun(revocation.detail().getOrDefault("run", "")));
      case "all" -> Optional.of(new GrantSelector.All());
      default -> Optional.empty();
    };
  }
}
