package io.keymantle.control;

import io.keymantle.domain.Person;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.time.Instant;
import java.util.Optional;

/// An account with what its person proves themselves by.
///
/// @param password its hash as a PHC string; empty until the person has chosen one
public record StoredPerson(Person person, String password, Optional<Invitation> invitation) {
  static StoredPerson invited(PersonName name, Role role, Instant now, Invitation invitation) {
    return new StoredPerson(
        new Person(name, role, now, false, Optional.empty()), "", Optional.of(invitation));
  }

  static StoredPerson withPassword(PersonName name, Role role, Instant now, String password) {
    return new StoredPerson(
        new Person(name, role, now, false, Optional.empty()), password, Optional.empty());
  }

  StoredPerson password(String hash) {
    return new StoredPerson(person, hash, Optional.empty());
  }

  StoredPerson invitation(Invitation next) {
    return new StoredPerson(person, "", Optional.of(next));
  }

  StoredPerson role(Role next) {
    return with(new Person(name(), next, person.createdAt(), false, person.lastLoginAt()));
  }

  StoredPerson loggedIn(Instant at) {
    return with(
        new Person(name(), person.role(), person.createdAt(), person.disabled(), Optional.of(at)));
  }

  StoredPerson disabled() {
    Person gone = new Person(name(), person.role(), person.createdAt(), true, person.lastLoginAt());
    return new StoredPerson(gone, "", Optional.empty());
  }

  private StoredPerson with(Person changed) {
    return new StoredPerson(changed, password, invitation);
  }

  PersonName name() {
    return person.name();
  }

  /// Whether its person can log in with it.
  boolean active() {
    return !person.disabled() && !password.isEmpty();
  }

  @Override
  public String toString() {
    return "StoredPerson[" + person.name() + "]";
  }
}
