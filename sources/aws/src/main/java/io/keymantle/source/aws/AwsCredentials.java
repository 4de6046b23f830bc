package io.keymantle.source.aws;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// What the broker is at AWS: an access key, and with it a token when it is one of a session. Used
/// by one thread; [#copy] for another.
///
/// Guarantees: secret key and token are zeroed by [#close]; `toString` shows neither.
///
/// Not guaranteed: a session's token is a header of each request, so strings of it stay until the
/// garbage collector takes them.
final class AwsCredentials implements AutoCloseable {
  private final String accessKeyId;
  private final byte[] secretKey;
  private final Optional<byte[]> token;
  private final Optional<Instant> expires;

  private AwsCredentials(
      String accessKeyId, byte[] secretKey, Optional<byte[]> token, Optional<Instant> expires) {
    this.accessKeyId = accessKeyId;
    this.secretKey = secretKey;
    this.token = token;
    this.expires = expires;
  }

  /// Those that say no end. Ownership of the arrays goes over.
  static AwsCredentials lasting(String accessKeyId, byte[] secretKey, Optional<byte[]> token) {
    return new AwsCredentials(accessKeyId, secretKey, token, Optional.empty());
  }

  /// Those of a session. Ownership of the arrays goes over.
  static AwsCredentials session(
      String accessKeyId, byte[] secretKey, byte[] token, Instant expires) {
    return new AwsCredentials(accessKeyId, secretKey, Optional.of(token), Optional.of(expires));
  }

  /// No secret: it stands in every request, and in AWS's own trail.
  String accessKeyId() {
    return accessKeyId;
  }

  Optional<Instant> expires() {
    return expires;
  }

  /// Owned by this.
  byte[] secretKey() {
    return secretKey;
  }

  Optional<String> token() {
    return token.map(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  /// The same, closed on its own.
  AwsCredentials copy() {
    return new AwsCredentials(accessKeyId, secretKey.clone(), token.map(byte[]::clone), expires);
  }

  @Override
  public void close() {
    Arrays.fill(secretKey, (byte) 0);
    token.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
  }

  @Override
  public String toString() {
    return "[credentials of " + accessKeyId + "]";
  }
}
