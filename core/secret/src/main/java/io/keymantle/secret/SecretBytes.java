package io.keymantle.secret;

import java.security.MessageDigest;
import java.util.Arrays;

/// A plaintext secret value in memory.
///
/// Guarantees: bytes leave only through [#reveal] with a capability; the memory is zeroed by
/// [#close]; `toString` names the label and nothing else; comparison takes constant time for equal
/// lengths; it cannot be serialised.
///
/// Not guaranteed: the garbage collector may have copied the array before it was zeroed; a memory
/// image of the broker taken while a value is in use contains it.
///
/// Thread-safe. Reading after [#close] throws [IllegalStateException].
public final class SecretBytes implements AutoCloseable {
  /// The largest value that is held: 64 KiB.
  public static final int MAX_LENGTH = 64 * 1024;

  private final String label;
  private final byte[] bytes;
  private boolean closed;

  private SecretBytes(String label, byte[] bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  /// Takes ownership of the array: the caller must not use it again.
  ///
  /// @param label what the value is of, such as the credential's name; shown by `toString`
  /// @throws IllegalArgumentException when the array is longer than [#MAX_LENGTH]
  public static SecretBytes adopt(String label, byte[] bytes) {
    if (bytes.length > MAX_LENGTH) {
      Arrays.fill(bytes, (byte) 0);
      throw new IllegalArgumentException("a secret value is at most " + MAX_LENGTH + " bytes");
    }
    return new SecretBytes(label, bytes);
  }

  /// Copies the array; the caller zeroes its own.
  public static SecretBytes copyOf(String label, byte[] bytes) {
    return adopt(label, bytes.clone());
  }

  public String label() {
    return label;
  }

  public synchronized int length() {
    requireOpen();
    return bytes.length;
  }

  /// Pushes the value into the sink. Needs the capability.
  public synchronized void reveal(SecretAccess access, SecretSink sink) {
    java.util.Objects.requireNonNull(access);
    requireOpen();
    sink.accept(bytes, 0, bytes.length);
  }

  /// A second holder of the same value, closed on its own.
  public synchronized SecretBytes copy() {
    requireOpen();
    return new SecretBytes(label, bytes.clone());
  }

  /// Compares in constant time for equal lengths.
  public boolean matches(SecretBytes other) {
    byte[] theirs = other.snapshot();
    try {
      synchronized (this) {
        requireOpen();
        return MessageDigest.isEqual(bytes, theirs);
      }
    } finally {
      Arrays.fill(theirs, (byte) 0);
    }
  }

  private synchronized byte[] snapshot() {
    requireOpen();
    return bytes.clone();
  }

  /// Zeroes the memory. Idempotent.
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("secret " + label + " is closed");
    }
  }

  @Override
  public String toString() {
    return "[secret " + label + "]";
  }
}
