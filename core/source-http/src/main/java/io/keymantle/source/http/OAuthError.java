package io.keymantle.source.http;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.Map;

/// A token endpoint's own code for why it gave no token (RFC 6749, §5.2; RFC 8693, §2.2.2), and
/// what that comes to: all but what passes is a login that does not count.
///
/// @param code empty when the answer named none that is fit to be shown
public record OAuthError(String code, Reason reason) {
  private static final Map<String, Reason> REASONS =
      Map.of(
          "temporarily_unavailable", Reason.UNAVAILABLE,
          "server_error", Reason.UNAVAILABLE,
          "slow_down", Reason.THROTTLED);

  public static OAuthError of(ProviderReply reply) {
    String code = code(reply);
    Reason byStatus = ProviderReply.reason(reply.status());
    boolean refused =
        byStatus == Reason.FAILED || byStatus == Reason.FORBIDDEN || byStatus == Reason.NOT_FOUND;
    return new OAuthError(
        code, REASONS.getOrDefault(code, refused ? Reason.UNAUTHENTICATED : byStatus));
  }

  private static String code(ProviderReply reply) {
    try {
      return reply.text("/error").filter(text -> text.matches("[A-Za-z0-9._-]{1,64}")).orElse("");
    } catch (SourceException e) {
      // No JSON, such as what a proxy answers: its status says enough.
      return "";
    }
  }
}
