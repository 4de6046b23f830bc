package io.keymantle.source.kubernetes;

import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// Sends requests to one API server, as one identity. Thread-safe.
final class ClusterConnection {
  private static final String JSON = "application/json";

  private final Cluster cluster;
  private final Duration timeout;
  private final ProviderClient client;

  /// @param scheme how messages call it
  /// @param timeout of one request
  ClusterConnection(String scheme, Cluster cluster, Duration timeout) {
    this.cluster = cluster;
    this.timeout = timeout;
    this.client = new ProviderClient(scheme, cluster.tls(), cluster.serverName());
  }

  String namespace() {
    return cluster.namespace();
  }

  /// What the reply means where it is a refusal.
  SourceException refusal(ProviderReply reply, Reason reason, String code) {
    return client.refusal(reply, reason, code);
  }

  /// @param body empty for a GET
  /// @param accept the form in which the server should answer
  ProviderReply send(String path, byte[] body, String accept) throws SourceException {
    URI uri = URI.create(address() + path);
    ProviderRequest request =
        body.length == 0 ? ProviderRequest.get(uri) : ProviderRequest.post(uri, JSON, body.clone());
    return client.send(authorized(request.with("accept", accept).within(timeout)));
  }

  private ProviderRequest authorized(ProviderRequest request) throws SourceException {
    Optional<byte[]> token = cluster.bearer().token();
    if (token.isEmpty()) {
      return request;
    }
    String header = "Bearer " + new String(token.get(), StandardCharsets.UTF_8);
    Arrays.fill(token.get(), (byte) 0);
    return request.with("authorization", header);
  }

  /// The JDK sends a name of its own to servers that are addressed by one, so the host that has
  /// another in its certificate is addressed by number.
  private String address() throws SourceException {
    String host = cluster.address().getHost();
    if (cluster.serverName().isEmpty() || host.matches("\\[.*]|[0-9.]+")) {
      return cluster.address().toString();
    }
    try {
      String number = InetAddress.getByName(host).getHostAddress();
      return cluster
          .address()
          .toString()
          .replaceFirst("//[^/:]+", "//" + (number.contains(":") ? "[" + number + "]" : number));
    } catch (UnknownHostException e) {
      throw new SourceException(
          Reason.UNAVAILABLE, host + " has no address", "see how it is: keymantle source list");
    }
  }
}
