package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;

/// Which grants to revoke.
public sealed interface GrantSelector {
  /// Whether a grant is among them.
  default boolean selects(Grant grant) {
    return switch (this) {
      case ById(GrantId id) -> grant.id().equals(id);
      case ByAgent(AgentName agent) -> grant.agent().equals(agent);
      case ByCredential(CredentialName credential) -> grant.credential().equals(credential);
      case ByRun(String run) -> grant.run().filter(run::equals).isPresent();
      case All() -> true;
    };
  }

  record ById(GrantId id) implements GrantSelector {}

  record ByAgent(AgentName agent) implements GrantSelector {}

  record ByCredential(CredentialName credential) implements GrantSelector {}

  record ByRun(String run) implements GrantSelector {}

  /// The panic button.
  record All() implements GrantSelector {}
}
