package io.keymantle.secret;

/// Receives the bytes of a secret value, once, for the time of the call only.
@FunctionalInterface
public interface SecretSink {
  /// Takes the value. The array belongs to the caller and is overwritten or reused afterwards: an
  /// implementation copies what it needs to where the value must go, and keeps no reference.
  void accept(byte[] bytes, int offset, int length);
}
