package io.keymantle.domain;

import java.util.Optional;

/// One refusal or failure, the same on every face (docs/design.md §7): a stable code, the
/// credential it is about, one plain sentence, and the exact command or setting that mends it.
///
/// Guarantees: none of the parts carries a secret value, a broker token or a stack trace; `message`
/// and `fix` are one line each.
///
/// @param credential the credential concerned, where there is one and the caller may know of it
/// @param approval what people were asked, where they were
/// @param message one sentence without a final full stop
/// @param fix the exact command, setting or person that helps; empty when nothing does
public record Problem(
    ErrorCode code,
    Optional<CredentialName> credential,
    Optional<ApprovalId> approval,
    String message,
    String fix) {

  public Problem(ErrorCode code, Optional<CredentialName> credential, String message, String fix) {
    this(code, credential, Optional.empty(), message, fix);
  }

  public Problem(ErrorCode code, String message, String fix) {
    this(code, Optional.empty(), message, fix);
  }

  public static Problem about(
      CredentialName credential, ErrorCode code, String message, String fix) {
    return new Problem(code, Optional.of(credential), message, fix);
  }

  /// The same, of an approval.
  public Problem of(ApprovalId asked) {
    return new Problem(code, credential, Optional.of(asked), message, fix);
  }

  /// The one-line form of the command line: what, why, fix.
  public String line() {
    String subject = credential.map(name -> " " + name).orElse("");
    String hint = fix.isEmpty() ? "" : "; fix: " + fix;
    return code.text() + subject + ": " + message + hint;
  }
}
