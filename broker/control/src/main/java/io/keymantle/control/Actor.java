package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;

/// Who does something, as the ledger names it.
public sealed interface Actor {
  /// The text form: `person:owner`, `agent:main` or `broker`.
  @Override
  String toString();

  /// A person with an admin session. Only a face that has checked that makes one.
  record Person(String name, Role role) implements Actor {
    /// The owner of a home without accounts.
    public static final Person OWNER = new Person("owner", Role.OWNER);

    /// The name as people have it.
    public PersonName personName() {
      return new PersonName(name);
    }

    @Override
    public String toString() {
      return "person:" + name;
    }
  }

  /// An authenticated agent.
  record AgentActor(AgentName name) implements Actor {
    @Override
    public String toString() {
      return "agent:" + name;
    }
  }

  /// The broker itself, such as at start-up.
  record Broker() implements Actor {
    @Override
    public String toString() {
      return "broker";
    }
  }
}
