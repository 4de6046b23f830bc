package io.keymantle.domain;

import java.util.Locale;

/// What a person may do.
public enum Role {
  /// Everything: credentials, agents, people, and what an approver may.
  OWNER,
  /// Answer approvals; see credentials, agents, grants and the ledger.
  APPROVER,
  /// Read the ledger, and nothing else.
  AUDITOR;

  /// Whether a person of this role may be asked for a yes.
  public boolean approves() {
    return this != AUDITOR;
  }

  /// @throws RefusedException with `invalid_request`
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.toString().equals(text)) {
        return role;
      }
    }
    throw RefusedException.of(
        ErrorCode.INVALID_REQUEST, "there is no such role", "use owner, approver or auditor");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
