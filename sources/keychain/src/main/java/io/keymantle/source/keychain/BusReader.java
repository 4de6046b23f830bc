package io.keymantle.source.keychain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Unmarshals what a Secret Service answers. Whatever does not hold throws
/// [MalformedMessageException]; nothing is allocated that is not there.
final class BusReader {
  /// What a peer that does not speak D-Bus, or speaks it wrongly, makes of a message.
  static final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedMessageException() {
      super("the message is not one of D-Bus", null, false, false);
    }
  }

  private final ByteBuffer in;

  /// @param in starts where the message or its body does, for alignment counts from there
  BusReader(ByteBuffer in) {
    this.in = in;
  }

  int octet() {
    require(1);
    return in.get() & 0xff;
  }

  long number() {
    align(4);
    require(4);
    return in.getInt() & 0xffffffffL;
  }

  long longNumber() {
    align(8);
    require(8);
    return in.getLong();
  }

  boolean flag() {
    return number() != 0;
  }

  /// A string, or an object path.
  String text() {
    return text(length());
  }

  String signature() {
    return text(octet());
  }

  private String text(int length) {
    require(length + 1);
    byte[] bytes = new byte[length];
    in.get(bytes);
    if (in.get() != 0) {
      throw new MalformedMessageException();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// An array of bytes; whoever has it zeroes it.
  byte[] bytes() {
    byte[] bytes = new byte[length()];
    in.get(bytes);
    return bytes;
  }

  /// An array of strings or of object paths.
  List<String> texts() {
    int end = array(4);
    List<String> texts = new ArrayList<>();
    while (in.position() < end) {
      texts.add(text());
    }
    return texts;
  }

  Map<String, String> dictionary() {
    int end = array(8);
    Map<String, String> entries = new TreeMap<>();
    while (in.position() < end) {
      align(8);
      entries.put(text(), text());
    }
    return entries;
  }

  /// Begins an array; returns where it ends.
  int array(int alignment) {
    int length = length();
    align(alignment);
    require(length);
    return in.position() + length;
  }

  boolean isBefore(int end) {
    return in.position() < end;
  }

  BusReader align(int alignment) {
    int over = in.position() % alignment;
    if (over != 0) {
      require(alignment - over);
      in.position(in.position() + alignment - over);
    }
    return this;
  }

  /// The signature of the variant that follows must be this one.
  BusReader variant(String signature) {
    if (!signature().equals(signature)) {
      throw new MalformedMessageException();
    }
    return this;
  }

  private int length() {
    long length = number();
    if (length > in.remaining()) {
      throw new MalformedMessageException();
    }
    return (int) length;
  }

  private void require(int length) {
    if (in.remaining() < length) {
      throw new MalformedMessageException();
    }
  }
}
