package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Locale;

/// How far a yes reaches, from the narrowest to the widest.
public enum ApprovalScope {
  /// This request, once.
  ONCE,
  /// This request, again and again for a time.
  REQUEST,
  /// Whatever the same agent asks of this credential under the same rules, for a time.
  CREDENTIAL;

  /// @throws RefusedException with `invalid_request`
  public static ApprovalScope parse(String text) {
    for (ApprovalScope scope : values()) {
      if (scope.toString().equals(text)) {
        return scope;
      }
    }
    throw RefusedException.of(
        ErrorCode.INVALID_REQUEST, "there is no such scope", "use once, request or credential");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
