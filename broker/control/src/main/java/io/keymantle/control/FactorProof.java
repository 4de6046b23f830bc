package io.keymantle.control;

/// How a person proves, before their factors are changed, that they hold one of them.
public sealed interface FactorProof {
  /// None is given; enough for a person who has no factor yet.
  record None() implements FactorProof {}

  /// A time-based code, or a recovery code.
  record ByCode(String code) implements FactorProof {
    @Override
    public String toString() {
      return "ByCode[]";
    }
  }

  /// A passkey's answer.
  ///
  /// @param challenge the id of [FactorEnrolment#proofChallenge]'s
  /// @param assertion the browser's `AuthenticationResponseJSON`
  record ByPasskey(String challenge, String assertion) implements FactorProof {
    @Override
    public String toString() {
      return "ByPasskey[" + challenge + "]";
    }
  }
}
