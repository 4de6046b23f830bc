package io.keymantle.source.gcp;

import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.List;
import java.util.Map;

/// Google's own code for why it refused, such as `PERMISSION_DENIED`, and what that comes to
/// (https://cloud.google.com/apis/design/errors). Its message is not passed on.
///
/// @param code of `google.rpc.Code`; empty when the answer named none
/// @param detail the reason of its `ErrorInfo`, such as `SERVICE_DISABLED`; often empty
/// @param request the id of its `RequestInfo`; often empty
record GcpError(String code, String detail, String request, Reason reason) {
  private static final Map<String, Reason> REASONS =
      Map.ofEntries(
          Map.entry("NOT_FOUND", Reason.NOT_FOUND),
          // Of a version that is disabled or destroyed.
          Map.entry("FAILED_PRECONDITION", Reason.NOT_FOUND),
          Map.entry("PERMISSION_DENIED", Reason.FORBIDDEN),
          Map.entry("UNAUTHENTICATED", Reason.UNAUTHENTICATED),
          Map.entry("RESOURCE_EXHAUSTED", Reason.THROTTLED),
          Map.entry("DEADLINE_EXCEEDED", Reason.TIMEOUT),
          Map.entry("UNAVAILABLE", Reason.UNAVAILABLE),
          Map.entry("INTERNAL", Reason.UNAVAILABLE),
          Map.entry("UNKNOWN", Reason.UNAVAILABLE),
          Map.entry("ABORTED", Reason.UNAVAILABLE),
          Map.entry("CANCELLED", Reason.UNAVAILABLE),
          Map.entry("INVALID_ARGUMENT", Reason.FAILED),
          Map.entry("OUT_OF_RANGE", Reason.FAILED),
          Map.entry("UNIMPLEMENTED", Reason.FAILED),
          Map.entry("ALREADY_EXISTS", Reason.FAILED),
          Map.entry("DATA_LOSS", Reason.FAILED));

  static GcpError of(ProviderReply reply) {
    String code = "";
    String detail = "";
    String request = "";
    try {
      code = reply.text("/error/status").filter(REASONS::containsKey).orElse("");
      detail = first(reply.members("/error/details", "reason"), "[A-Z][A-Z0-9_]{1,62}");
      request = first(reply.members("/error/details", "requestId"), "[\\x21-\\x7e]{1,128}");
    } catch (SourceException e) {
      // No JSON, such as what a proxy answers: its status says enough.
    }
    Reason known = REASONS.get(code);
    return new GcpError(
        code, detail, request, known == null ? ProviderReply.reason(reply.status()) : known);
  }

  private static String first(List<String> found, String form) {
    return found.stream().filter(text -> text.matches(form)).findFirst().orElse("");
  }

  /// Whether Google knows who asks, and would answer one with a further role.
  boolean isWantOfAPermission() {
    return reason == Reason.FORBIDDEN
        && (detail.isEmpty() || detail.equals("IAM_PERMISSION_DENIED"));
  }

  SourceException exception(ProviderClient client, ProviderReply reply) {
    return client.refusal(reply, reason, said(), fix(client.fix(reason)));
  }

  /// What the answer named, as messages have it.
  String said() {
    return code
        + (detail.isEmpty() ? "" : " " + detail)
        + (request.isEmpty() ? "" : " (request " + request + ")");
  }

  private String fix(String plain) {
    if (code.equals("FAILED_PRECONDITION")) {
      return "enable this version: gcloud secrets versions enable; or name another with ?version=N";
    }
    return switch (detail) {
      case "SERVICE_DISABLED" -> "gcloud services enable secretmanager.googleapis.com";
      case "ACCESS_TOKEN_SCOPE_INSUFFICIENT" -> "give the machine the scope cloud-platform";
      case "USER_PROJECT_DENIED", "CONSUMER_INVALID" ->
          "correct the project, or the quota project of the credentials";
      default ->
          reason == Reason.FORBIDDEN
              ? "give this identity the role roles/secretmanager.secretAccessor"
              : plain;
    };
  }
}
