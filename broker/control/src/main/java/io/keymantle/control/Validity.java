package io.keymantle.control;

import io.keymantle.domain.Grant;
import io.keymantle.domain.Problem;

/// Whether a broker token would work now.
public sealed interface Validity {
  /// It would.
  record Valid(Grant grant) implements Validity {}

  /// It would not: why, and what helps.
  record Invalid(Problem problem) implements Validity {}
}
