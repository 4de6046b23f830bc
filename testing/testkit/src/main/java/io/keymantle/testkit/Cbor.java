package io.keymantle.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The part of CBOR (RFC 8949) that authenticators write: whole numbers, text, bytes, maps.
final class Cbor {
  private static final int WHOLE = 0;
  private static final int NEGATIVE = 1;
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int MAP = 5;

  private Cbor() {}

  static byte[] encode(Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, value);
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, Object value) {
    switch (value) {
      case Integer number when number >= 0 -> head(out, WHOLE, number);
      case Integer number -> head(out, NEGATIVE, -1 - number);
      case byte[] bytes -> {
        head(out, BYTES, bytes.length);
        out.writeBytes(bytes);
      }
      case String text -> {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        head(out, TEXT, utf8.length);
        out.writeBytes(utf8);
      }
      case Map<?, ?> map -> {
        head(out, MAP, map.size());
        map.forEach((key, member) -> {
          write(out, key);
          write(out, member);
        });
      }
      default -> throw new IllegalArgumentException("no authenticator writes " + value.getClass());
    }
  }

  private static void head(ByteArrayOutputStream out, int type, int argument) {
    if (argument < 24) {
      out.write(type << 5 | argument);
    } else if (argument < 0x100) {
      out.write(type << 5 | 24);
      out.write(argument);
    } else {
      out.write(type << 5 | 25);
      out.write(argument >> 8);
      out.write(argument);
    }
  }
}
