package io.keymantle.source.kubernetes;

import io.keymantle.domain.RefusedException;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Calls of the API server, and what its refusals mean. Where a login or an authority no longer
/// counts, the cluster is looked up anew, once: files of both are exchanged under a running
/// program. Thread-safe.
final class KubernetesClient {
  private static final String JSON = "application/json";

  /// The API's own words for why not
  /// (https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#StatusReason).
  private static final Map<String, Reason> REASONS =
      Map.ofEntries(
          Map.entry("Unauthorized", Reason.UNAUTHENTICATED),
          Map.entry("Forbidden", Reason.FORBIDDEN),
          Map.entry("NotFound", Reason.NOT_FOUND),
          Map.entry("Timeout", Reason.TIMEOUT),
          Map.entry("ServerTimeout", Reason.TIMEOUT),
          Map.entry("TooManyRequests", Reason.THROTTLED),
          Map.entry("InternalError", Reason.UNAVAILABLE),
          Map.entry("ServiceUnavailable", Reason.UNAVAILABLE),
          Map.entry("StorageReadError", Reason.FAILED));

  private final String scheme;
  private final Supplier<Cluster> clusters;
  private final Duration timeout;
  private volatile ClusterConnection connection;

  /// @param clusters looks up the cluster, as its files now are
  /// @param timeout of one request
  KubernetesClient(String scheme, Supplier<Cluster> clusters, Duration timeout) {
    this.scheme = scheme;
    this.clusters = clusters;
    this.timeout = timeout;
    this.connection = new ClusterConnection(scheme, clusters.get(), timeout);
  }

  /// Where names are listed when they cannot be listed everywhere; may be empty.
  String namespace() {
    return connection.namespace();
  }

  ProviderReply get(String path) throws SourceException {
    return send(path, new byte[0], JSON);
  }

  /// @param accept the form in which the server should answer
  ProviderReply get(String path, String accept) throws SourceException {
    return send(path, new byte[0], accept);
  }

  ProviderReply post(String path, byte[] body) throws SourceException {
    return send(path, body, JSON);
  }

  /// The caller closes the reply, whatever its status.
  private ProviderReply send(String path, byte[] body, String accept) throws SourceException {
    ClusterConnection first = connection;
    try {
      ProviderReply reply = first.send(path, body, accept);
      if (reply.status() != 401) {
        return reply;
      }
      reply.close();
    } catch (SourceException e) {
      if (e.reason() != Reason.UNTRUSTED) {
        throw e;
      }
    }
    return insteadOf(first).send(path, body, accept);
  }

  private synchronized ClusterConnection insteadOf(ClusterConnection refused)
      throws SourceException {
    if (connection == refused) {
      try {
        connection = new ClusterConnection(scheme, clusters.get(), timeout);
      } catch (RefusedException e) {
        throw new SourceException(Reason.UNAUTHENTICATED, e.problem().message(), e.problem().fix());
      }
    }
    return connection;
  }

  /// What a reply that is no 2xx means. Nothing of its message is repeated but the reason.
  SourceException refusal(ProviderReply reply) {
    Optional<String> status = word(reply, "/kind").filter("Status"::equals);
    if (status.isEmpty() && reply.status() == 404) {
      return new SourceException(
          Reason.FAILED,
          scheme + " answered 404, but not as an API server does" + reply.requestId(),
          "see whether its address is the API server's");
    }
    String code = status.flatMap(_ -> word(reply, "/reason")).orElse("");
    Reason reason = REASONS.getOrDefault(code, ProviderReply.reason(reply.status()));
    if (reason == Reason.FORBIDDEN && isAnonymous(reply)) {
      reason = Reason.UNAUTHENTICATED;
    }
    return connection.refusal(reply, reason, code);
  }

  /// Whether the server did not see any login: one in between may have kept it.
  private static boolean isAnonymous(ProviderReply reply) {
    try {
      return reply
          .text("/message")
          .filter(text -> text.contains("\"system:anonymous\""))
          .isPresent();
    } catch (SourceException e) {
      return false;
    }
  }

  private static Optional<String> word(ProviderReply reply, String pointer) {
    try {
      return reply.text(pointer).filter(text -> text.matches("[A-Za-z]{1,64}"));
    } catch (SourceException e) {
      // Something in between answered, and the status says what.
      return Optional.empty();
    }
  }

  /// The same with a fix that knows what was wanted, where it was forbidden.
  SourceException refusal(ProviderReply reply, String toAllow) {
    SourceException why = refusal(reply);
    return why.reason() == Reason.FORBIDDEN
        ? new SourceException(why.reason(), String.valueOf(why.getMessage()), toAllow)
        : why;
  }

  static SourceException malformed(ProviderReply reply, String what) {
    return new SourceException(
        Reason.MALFORMED,
        "the answer" + reply.requestId() + " " + what,
        "see whether its address is the API server's");
  }
}
