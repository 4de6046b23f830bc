package io.keymantle.source.http;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a provider answered. Its body may hold a secret value: close it.
public final class ProviderReply implements AutoCloseable {
  /// Names under which providers give the id of a request, for their support.
  private static final List<String> REQUEST_IDS =
      List.of(
          "x-amzn-requestid",
          "x-ms-request-id",
          "x-request-id",
          "request-id",
          "audit-id",
          "x-vault-request-id");

  private final int status;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  /// @param headers by name in lower case
  ProviderReply(int status, Map<String, List<String>> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public int status() {
    return status;
  }

  /// Owned by this.
  public byte[] body() {
    return body;
  }

  /// @param name in lower case
  public Optional<String> header(String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }

  /// The string at a JSON pointer (RFC 6901), as bytes that the caller zeroes.
  ///
  /// @throws SourceException with MALFORMED when the body is no JSON, or has no string there
  public Optional<byte[]> bytes(String pointer) throws SourceException {
    return inBody(JsonString::find, pointer);
  }

  /// The object or array at a JSON pointer as it stands there, as bytes that the caller zeroes.
  ///
  /// @throws SourceException with MALFORMED when the body is no JSON
  public Optional<byte[]> whole(String pointer) throws SourceException {
    return inBody(JsonString::whole, pointer);
  }

  /// The string, number or truth value at a JSON pointer, which is no secret; empty for none or
  /// null.
  ///
  /// @throws SourceException with MALFORMED when the body is no JSON
  public Optional<String> text(String pointer) throws SourceException {
    return inBody(JsonFacts::scalar, pointer);
  }

  /// The strings of an array, or the names of an object's members, which are no secrets.
  ///
  /// @throws SourceException with MALFORMED when the body is no JSON
  public List<String> names(String pointer) throws SourceException {
    return inBody(JsonFacts::names, pointer);
  }

  /// A string of each object of an array, which is no secret.
  ///
  /// @param array a JSON pointer
  /// @param member a name, or a JSON pointer in each object
  /// @throws SourceException with MALFORMED when the body is no JSON
  public List<String> members(String array, String member) throws SourceException {
    return inBody((document, pointer) -> JsonFacts.members(document, pointer, member), array);
  }

  private interface Read<T> {
    T from(byte[] document, String pointer) throws MalformedContentException;
  }

  private <T> T inBody(Read<T> read, String pointer) throws SourceException {
    try {
      return read.from(body, pointer);
    } catch (MalformedContentException e) {
      throw new SourceException(
          Reason.MALFORMED,
          "the answer" + requestId() + " " + e.getMessage(),
          "see whether the address is the provider's API");
    }
  }

  /// The provider's id of this request, as in ` (request 4f1c…)`; empty when it gave none.
  public String requestId() {
    return REQUEST_IDS.stream()
        .flatMap(name -> header(name).stream())
        .filter(id -> id.matches("[\\x21-\\x7e]{1,128}"))
        .findFirst()
        .map(id -> " (request " + id + ")")
        .orElse("");
  }

  /// What a status means where the provider's documents say nothing else.
  public static Reason reason(int status) {
    return switch (status) {
      case 401 -> Reason.UNAUTHENTICATED;
      case 403 -> Reason.FORBIDDEN;
      case 404, 410 -> Reason.NOT_FOUND;
      case 408, 504 -> Reason.TIMEOUT;
      case 429 -> Reason.THROTTLED;
      default ->
          status / 100 == 3
              ? Reason.REDIRECTED
              : status / 100 == 5 ? Reason.UNAVAILABLE : Reason.FAILED;
    };
  }

  @Override
  public void close() {
    Arrays.fill(body, (byte) 0);
  }

  @Override
  public String toString() {
    return "[reply " + status + requestId() + "]";
  }
}
