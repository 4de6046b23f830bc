package io.keymantle.source.http;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// A bearer token (RFC 6750) that a source was given for its login. Used by one thread; [#copy] for
/// another.
///
/// Guarantees: it is zeroed by [#close]; `toString` does not show it.
///
/// Not guaranteed: it is a header of each request, so strings of it stay until the garbage
/// collector takes them.
public final class AccessToken implements AutoCloseable {
  /// How long a token is taken to be good whose giver does not say.
  private static final Duration UNSAID = Duration.ofMinutes(5);

  private final byte[] token;
  private final Instant expires;

  private AccessToken(byte[] token, Instant expires) {
    this.token = token;
    this.expires = expires;
  }

  /// @param token ownership goes over
  public static AccessToken of(byte[] token, Instant expires) {
    return new AccessToken(token, expires);
  }

  /// What a token endpoint answered (RFC 6749, §5.1). Its end may also be said as `expires_on`, a
  /// moment, and either may be a number or text.
  ///
  /// @param from whom messages name
  /// @throws SourceException with MALFORMED when there is none in it, or one of another kind
  public static AccessToken of(ProviderReply reply, String from, Instant now)
      throws SourceException {
    String type = reply.text("/token_type").orElse("Bearer");
    Optional<byte[]> token = reply.bytes("/access_token");
    if (token.isEmpty() || token.get().length == 0 || !type.equalsIgnoreCase("Bearer")) {
      token.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
      throw new SourceException(
          Reason.MALFORMED,
          from + " answered without a token" + reply.requestId(),
          "see whether its address is right");
    }
    Optional<Instant> end = number(reply, "/expires_in").map(now::plusSeconds);
    if (end.isEmpty()) {
      end = number(reply, "/expires_on").map(Instant::ofEpochSecond);
    }
    return new AccessToken(token.get(), end.orElse(now.plus(UNSAID)));
  }

  private static Optional<Long> number(ProviderReply reply, String pointer) throws SourceException {
    return reply.text(pointer).filter(text -> text.matches("\\d{1,11}")).map(Long::valueOf);
  }

  public Instant expires() {
    return expires;
  }

  /// The request with this token.
  public ProviderRequest on(ProviderRequest request) {
    return request.with("authorization", "Bearer " + new String(token, StandardCharsets.US_ASCII));
  }

  /// The same, closed on its own.
  public AccessToken copy() {
    return new AccessToken(token.clone(), expires);
  }

  boolean isSame(AccessToken other) {
    return Arrays.equals(token, other.token);
  }

  @Override
  public void close() {
    Arrays.fill(token, (byte) 0);
  }

  @Override
  public String toString() {
    return "[token until " + expires + "]";
  }
}
