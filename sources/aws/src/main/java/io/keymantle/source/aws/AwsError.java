package io.keymantle.source.aws;

import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.Map;
import java.util.Optional;

/// AWS's own code for why it refused, such as `AccessDeniedException`, and what that comes to.
///
/// @param code empty when the answer named none that is fit to be shown
record AwsError(String code, Reason reason) {
  private static final Map<String, Reason> REASONS =
      Map.ofEntries(
          Map.entry("ResourceNotFound", Reason.NOT_FOUND),
          Map.entry("ParameterNotFound", Reason.NOT_FOUND),
          Map.entry("ParameterVersionNotFound", Reason.NOT_FOUND),
          // Secrets Manager's for a secret that is marked for deletion.
          Map.entry("InvalidRequest", Reason.NOT_FOUND),
          Map.entry("AccessDenied", Reason.FORBIDDEN),
          Map.entry("DecryptionFailure", Reason.FORBIDDEN),
          Map.entry("KMSAccessDenied", Reason.FORBIDDEN),
          Map.entry("ExpiredToken", Reason.UNAUTHENTICATED),
          Map.entry("UnrecognizedClient", Reason.UNAUTHENTICATED),
          Map.entry("InvalidClientTokenId", Reason.UNAUTHENTICATED),
          Map.entry("InvalidSignature", Reason.UNAUTHENTICATED),
          Map.entry("SignatureDoesNotMatch", Reason.UNAUTHENTICATED),
          Map.entry("IncompleteSignature", Reason.UNAUTHENTICATED),
          Map.entry("MissingAuthenticationToken", Reason.UNAUTHENTICATED),
          Map.entry("InvalidIdentityToken", Reason.UNAUTHENTICATED),
          Map.entry("IDPRejectedClaim", Reason.UNAUTHENTICATED),
          Map.entry("RequestExpired", Reason.UNAUTHENTICATED),
          Map.entry("RequestTimeTooSkewed", Reason.UNAUTHENTICATED),
          Map.entry("Throttling", Reason.THROTTLED),
          Map.entry("Throttled", Reason.THROTTLED),
          Map.entry("ThrottlingError", Reason.THROTTLED),
          Map.entry("RequestThrottled", Reason.THROTTLED),
          Map.entry("TooManyRequests", Reason.THROTTLED),
          Map.entry("RequestLimitExceeded", Reason.THROTTLED),
          Map.entry("LimitExceeded", Reason.THROTTLED),
          Map.entry("InternalServiceError", Reason.UNAVAILABLE),
          Map.entry("InternalServerError", Reason.UNAVAILABLE),
          Map.entry("InternalServer", Reason.UNAVAILABLE),
          Map.entry("InternalFailure", Reason.UNAVAILABLE),
          Map.entry("ServiceUnavailable", Reason.UNAVAILABLE),
          Map.entry("IDPCommunicationError", Reason.UNAVAILABLE));

  /// Reads an answer of the services that speak JSON: the code stands in a header, or in `__type`,
  /// with a namespace before it.
  static AwsError ofJson(ProviderReply reply) {
    return of(reply, reply.header("x-amzn-errortype").or(() -> type(reply)));
  }

  /// Reads an answer of STS.
  static AwsError ofXml(ProviderReply reply) {
    return of(reply, XmlElement.find(reply.body(), "Code").map(XmlElement::text));
  }

  private static Optional<String> type(ProviderReply reply) {
    try {
      return reply.text("/__type");
    } catch (io.keymantle.source.spi.SourceException e) {
      // No JSON, such as what a proxy answers: its status says enough.
      return Optional.empty();
    }
  }

  private static AwsError of(ProviderReply reply, Optional<String> named) {
    String code =
        named
            .map(text -> text.substring(text.indexOf('#') + 1).replaceFirst(":.*", "").strip())
            .filter(text -> text.matches("[A-Za-z0-9._-]{1,64}"))
            .orElse("");
    Reason known = REASONS.get(code.replaceFirst("Exception$", ""));
    return new AwsError(code, known == null ? ProviderReply.reason(reply.status()) : known);
  }
}
