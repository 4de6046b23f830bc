package io.keymantle.control;

import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.time.Instant;
import java.util.Optional;

/// Who there is to ask. Thread-safe.
public interface Electorate {
  /// The role of a person who may act now; empty for one that does not exist or was disabled.
  Optional<Role> role(PersonName person);

  /// Since when the name is that of who has it now: a name that was given up may be another's.
  /// Empty when nobody has it.
  Optional<Instant> since(PersonName person);
}
