package io.keymantle.cli;

import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;

/// An answer of the broker: its status, and a body that is read as it comes.
///
/// @param body ends with the message
record HttpReply(int status, InputStream body) {
  /// More than any answer that is read whole: a ledger page of 1000 entries is about 1 MB.
  private static final int LIMIT = 64 << 20;

  /// The whole body as JSON.
  ///
  /// @throws RefusedException with the broker's problem when the status is not 2xx
  JsonObject object() throws IOException {
    return Json.object(bytes());
  }

  /// The whole body.
  ///
  /// @throws RefusedException with the broker's problem when the status is not 2xx
  byte[] bytes() throws IOException {
    orRefuse();
    return body.readNBytes(LIMIT);
  }

  /// @throws RefusedException with the broker's problem when the status is not 2xx
  HttpReply orRefuse() throws IOException {
    if (status >= 200 && status < 300) {
      return this;
    }
    throw new RefusedException(problem(Json.object(body.readNBytes(LIMIT)), status));
  }

  static Problem problem(JsonObject reply, int status) {
    String name = reply.text("credential");
    String approval = reply.text("approval");
    return new Problem(
        code(reply.text("code")),
        name.isEmpty() ? Optional.empty() : Optional.of(new CredentialName(name)),
        approval.isEmpty() ? Optional.empty() : Optional.of(new ApprovalId(approval)),
        reply.text("message").isEmpty()
            ? "the broker answered with status " + status
            : reply.text("message"),
        reply.text("fix"));
  }

  private static ErrorCode code(String text) {
    try {
      return ErrorCode.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException newer) {
      return ErrorCode.INTERNAL;
    }
  }
}
