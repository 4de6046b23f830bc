package io.keymantle.source.http;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Collects bytes, and zeroes what it had when it grows and when it is closed.
final class ZeroedBytes extends ByteArrayOutputStream {
  ZeroedBytes(int capacity) {
    super(Math.max(16, capacity));
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    makeRoom(length);
    super.write(bytes, offset, length);
  }

  @Override
  public synchronized void write(int value) {
    makeRoom(1);
    super.write(value);
  }

  private void makeRoom(int length) {
    if (count + length > buf.length) {
      byte[] before = buf;
      buf = Arrays.copyOf(before, Math.max(before.length * 2, count + length));
      Arrays.fill(before, (byte) 0);
    }
  }

  @Override
  public synchronized void close() {
    Arrays.fill(buf, (byte) 0);
  }
}
