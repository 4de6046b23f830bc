package io.keymantle.control;

import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.util.Optional;

/// Who there is to ask. Thread-safe.
public interface Electorate {
  /// The role of a person who may act now; empty for one that does not exist or was disabled.
  Optional<Role> role(PersonName person);
}
