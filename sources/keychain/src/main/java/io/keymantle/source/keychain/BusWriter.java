package io.keymantle.source.keychain;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Marshals what a Secret Service is asked with
/// (https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling), little
/// endian. Nothing of it is secret.
final class BusWriter {
  private ByteBuffer out = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);

  BusWriter octet(int value) {
    room(1).put((byte) value);
    return this;
  }

  BusWriter number(int value) {
    align(4);
    room(4).putInt(value);
    return this;
  }

  /// A string, or an object path.
  BusWriter text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    room(bytes.length + 1).put(bytes).put((byte) 0);
    return this;
  }

  BusWriter signature(String text) {
    octet(text.length());
    room(text.length() + 1).put(text.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    return this;
  }

  BusWriter bytes(byte[] bytes) {
    number(bytes.length);
    room(bytes.length).put(bytes);
    return this;
  }

  /// An array of strings or of object paths.
  BusWriter texts(List<String> texts) {
    int length = begin(4);
    texts.forEach(this::text);
    return end(length, 4);
  }

  BusWriter dictionary(Map<String, String> entries) {
    int length = begin(8);
    entries.forEach((key, value) -> {
      align(8);
      text(key).text(value);
    });
    return end(length, 8);
  }

  /// Begins an array; returns where its length stands, for [#end].
  int begin(int alignment) {
    number(0);
    int length = out.position() - 4;
    align(alignment);
    return length;
  }

  BusWriter end(int length, int alignment) {
    int start = (length + 4 + alignment - 1) / alignment * alignment;
    out.putInt(length, out.position() - start);
    return this;
  }

  BusWriter align(int alignment) {
    while (out.position() % alignment != 0) {
      octet(0);
    }
    return this;
  }

  byte[] toBytes() {
    byte[] all = new byte[out.position()];
    out.get(0, all);
    return all;
  }

  private ByteBuffer room(int length) {
    if (out.remaining() < length) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + length))
              .order(ByteOrder.LITTLE_ENDIAN);
      larger.put(out.flip());
      out = larger;
    }
    return out;
  }
}
