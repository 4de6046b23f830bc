package io.keymantle.source.http;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One call of a provider's API. A body is zeroed once it was sent: it may be a login.
///
/// Immutable but for its body.
public final class ProviderRequest {
  /// How long a provider may take for one answer.
  public static final Duration TIMEOUT = Duration.ofSeconds(8);

  private final String method;
  private final URI uri;
  private final List<String> headers;
  private final byte[] body;
  private final Duration timeout;

  private ProviderRequest(
      String method, URI uri, List<String> headers, byte[] body, Duration timeout) {
    this.method = method;
    this.uri = uri;
    this.headers = List.copyOf(headers);
    this.body = body;
    this.timeout = timeout;
  }

  public static ProviderRequest get(URI uri) {
    return new ProviderRequest("GET", uri, List.of(), new byte[0], TIMEOUT);
  }

  /// With any method; `LIST` is one of Vault's.
  ///
  /// @param body ownership goes over
  public static ProviderRequest of(String method, URI uri, byte[] body) {
    return new ProviderRequest(method, uri, List.of(), body, TIMEOUT);
  }

  /// @param body ownership goes over
  public static ProviderRequest post(URI uri, String contentType, byte[] body) {
    return new ProviderRequest("POST", uri, List.of("content-type", contentType), body, TIMEOUT);
  }

  /// The same with a further header.
  public ProviderRequest with(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name);
    more.add(value);
    return new ProviderRequest(method, uri, more, body, timeout);
  }

  /// The same that waits so long.
  public ProviderRequest within(Duration time) {
    return new ProviderRequest(method, uri, headers, body, time);
  }

  public String method() {
    return method;
  }

  public URI uri() {
    return uri;
  }

  /// Names and values in turn.
  public List<String> headers() {
    return headers;
  }

  /// Owned by this.
  public byte[] body() {
    return body;
  }

  Duration timeout() {
    return timeout;
  }

  void wipe() {
    Arrays.fill(body, (byte) 0);
  }
}
