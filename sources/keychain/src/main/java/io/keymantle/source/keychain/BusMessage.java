package io.keymantle.source.keychain;

import io.keymantle.source.keychain.BusReader.MalformedMessageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One message that came over the bus. Its content is zeroed on close, for a value may be in it.
final class BusMessage implements AutoCloseable {
  static final int CALL = 1;
  static final int RETURN = 2;
  static final int ERROR = 3;

  /// What stands before the header's fields: order, type, flags, version, lengths, serial.
  static final int START = 16;

  /// Longer than any value, its padding and its header.
  private static final int LONGEST = 1024 * 1024;

  private final byte[] content;
  private final ByteOrder order;
  private final int bodyStart;
  private final int type;
  private long replyTo;
  private String sender = "";
  private String errorName = "";
  private String signature = "";

  /// @param content taken over
  private BusMessage(byte[] content) {
    this.content = content;
    this.order = order(content[0]);
    this.type = content[1];
    BusReader fields = new BusReader(ByteBuffer.wrap(content).order(order).position(START - 4));
    int end = fields.array(8);
    while (fields.isBefore(end)) {
      int field = fields.align(8).octet();
      switch (field) {
        case 4 -> errorName = fields.variant("s").text();
        case 5 -> replyTo = fields.variant("u").number();
        case 7 -> sender = fields.variant("s").text();
        case 8 -> signature = fields.variant("g").signature();
        default -> skip(fields);
      }
    }
    this.bodyStart = (int) padded(end);
  }

  static BusMessage parse(byte[] content) {
    return new BusMessage(content);
  }

  int type() {
    return type;
  }

  /// The serial number of the call that this answers; 0 when it answers none.
  long replyTo() {
    return replyTo;
  }

  String sender() {
    return sender;
  }

  /// Empty in a message that is no error.
  String errorName() {
    return errorName;
  }

  /// How long the message is that begins so.
  static int length(byte[] start) {
    ByteBuffer in = ByteBuffer.wrap(start).order(order(start[0]));
    long body = in.getInt(4) & 0xffffffffL;
    long fields = in.getInt(12) & 0xffffffffL;
    long length = padded(START + fields) + body;
    if (start[3] != 1 || length > LONGEST) {
      throw new MalformedMessageException();
    }
    return (int) length;
  }

  private static ByteOrder order(byte mark) {
    return switch (mark) {
      case 'l' -> ByteOrder.LITTLE_ENDIAN;
      case 'B' -> ByteOrder.BIG_ENDIAN;
      default -> throw new MalformedMessageException();
    };
  }

  private static long padded(long length) {
    return (length + 7) / 8 * 8;
  }

  /// The header fields that there are have these types, and no other is to be expected.
  private static void skip(BusReader fields) {
    switch (fields.signature()) {
      case "s", "o" -> fields.text();
      case "g" -> fields.signature();
      case "u" -> fields.number();
      default -> throw new MalformedMessageException();
    }
  }

  /// The body of a message whose arguments have these types.
  BusReader body(String expected) {
    if (!signature.equals(expected) || bodyStart > content.length) {
      throw new MalformedMessageException();
    }
    return new BusReader(
        ByteBuffer.wrap(content, bodyStart, content.length - bodyStart).slice().order(order));
  }

  /// A call, ready to be sent.
  ///
  /// @param signature the types of what is in the body
  static byte[] call(
      int serial, String destination, BusCall call, String signature, BusWriter arguments) {
    byte[] body = arguments.toBytes();
    BusWriter out =
        new BusWriter().octet('l').octet(CALL).octet(0).octet(1).number(body.length).number(serial);
    int length = out.begin(8);
    out.octet(1).signature("o").text(call.path());
    out.align(8).octet(2).signature("s").text(call.inInterface());
    out.align(8).octet(3).signature("s").text(call.member());
    out.align(8).octet(6).signature("s").text(destination);
    if (!signature.isEmpty()) {
      out.align(8).octet(8).signature("g").signature(signature);
    }
    byte[] header = out.end(length, 8).align(8).toBytes();
    byte[] all = Arrays.copyOf(header, header.length + body.length);
    System.arraycopy(body, 0, all, header.length, body.length);
    return all;
  }

  @Override
  public void close() {
    Arrays.fill(content, (byte) 0);
  }

  @Override
  public String toString() {
    return "[message of type " + type + "]";
  }
}
