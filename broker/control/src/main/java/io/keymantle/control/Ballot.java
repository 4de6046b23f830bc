package io.keymantle.control;

import java.time.Duration;
import java.util.Optional;

/// An answer as a person hands it in: with proofs that were not checked yet.
///
/// @param code of the person's TOTP; empty for none
/// @param passkey an assertion over [Approval#answerDigest]
public record Ballot(
    boolean approves,
    ApprovalScope scope,
    Duration lasts,
    boolean breakGlass,
    String reason,
    String code,
    Optional<Passkey> passkey) {

  /// A signed challenge.
  ///
  /// @param challenge its id
  /// @param assertion the browser's `PublicKeyCredential` as JSON (WebAuthn Level 3, section 5.1)
  public record Passkey(String challenge, String assertion) {}

  /// Hides the code.
  @Override
  public String toString() {
    return "Ballot[" + (approves ? "approve" : "deny") + "]";
  }
}
