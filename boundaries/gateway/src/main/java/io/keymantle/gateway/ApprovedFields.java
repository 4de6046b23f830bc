package io.keymantle.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The header fields of a request that people are asked about, as they read them: a field may turn
/// what a service does as much as path and body do, such as `Impersonate-User` of Kubernetes.
///
/// Left out are only those that ordinary clients change from one try to the next, or that say who
/// asks and not for what: [#UNSTEERING] and [#TRACING]. Two requests have the same lines only if
/// all their other fields are the same.
final class ApprovedFields {
  private static final Set<String> UNSTEERING =
      Set.of(
          "accept-encoding",
          "accept-language",
          "amz-sdk-invocation-id",
          "amz-sdk-request",
          "baggage",
          "content-length",
          "date",
          "idempotency-key",
          "sec-websocket-key",
          "sentry-trace",
          "te",
          "traceparent",
          "tracestate",
          "user-agent",
          "via",
          "x-amz-date",
          "x-amzn-trace-id",
          "x-client-request-id",
          "x-cloud-trace-context",
          "x-correlation-id",
          "x-goog-api-client",
          "x-ms-client-request-id",
          "x-ms-date",
          "x-request-id");

  private static final List<String> TRACING = List.of("x-b3-", "x-datadog-", "x-stainless-");

  /// Fields of which people are shown a digest: they hold secrets of the agent's own.
  private static final Pattern SECRET =
      Pattern.compile("auth|cookie|credential|key|passw|secret|session|signature|token");

  /// What [RFC 7240](https://www.rfc-editor.org/rfc/rfc7240) has to say about waiting only.
  private static final Pattern WAITING =
      Pattern.compile("(respond-async|wait=\\d+)(\\s*,\\s*(respond-async|wait=\\d+))*");

  private static final String DIGEST = "sha256:";
  private static final int SHOWN = 200;

  private ApprovedFields() {}

  /// One line per field, as in `content-type: application/json`, in the order of their names; those
  /// of one name in the order in which they came. Broker tokens are masked; a value that is long,
  /// secret or not printable stands as its digest.
  static List<String> of(HeaderFields fields) {
    record Field(String name, String value) {}
    List<Field> kept = new ArrayList<>(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      String value = fields.value(i);
      if (!isLeftOut(name, value)) {
        kept.add(new Field(name, value));
      }
    }
    kept.sort(Comparator.comparing(Field::name));
    return kept.stream()
        .map(field -> field.name() + ": " + shown(field.name(), field.value()))
        .toList();
  }

  private static boolean isLeftOut(String name, String value) {
    return UNSTEERING.contains(name)
        || TRACING.stream().anyMatch(name::startsWith)
        || (name.equals("accept") && value.equals("*/*"))
        || (name.equals("prefer") && WAITING.matcher(value).matches());
  }

  /// What looks like a mask or a digest is none, or a request with another value could have the
  /// same line.
  private static String shown(String name, String value) {
    String text = SubstitutionHeader.readable(value);
    String masked = SubstitutionPath.masked(text);
    boolean token = !masked.equals(text);
    boolean secret = SECRET.matcher(name).find() && (!token || name.equals("cookie"));
    boolean plain =
        masked.length() <= SHOWN
            && masked.chars().allMatch(c -> c >= ' ' && c <= '~')
            && !masked.contains(DIGEST)
            && !text.contains(SubstitutionPath.MASK);
    String line = token ? masked : value;
    return plain && !secret ? line : DIGEST + sha256(line);
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
