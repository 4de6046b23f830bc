package io.keymantle.gateway;

/// Character classes of HTTP and URIs, as tables over bytes.
final class Ascii {
  private static final byte TOKEN = 1;
  private static final byte FIELD = 2;
  private static final byte UNRESERVED = 4;
  private static final byte TARGET = 8;
  private static final byte ENCODED = 16;
  private static final byte[] CLASSES = classes();

  private Ascii() {}

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int c = 0; c < 256; c++) {
      boolean alphanumeric =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (alphanumeric || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
        classes[c] |= TOKEN;
      }
      if (c == '\t' || (c >= ' ' && c != 0x7f)) {
        classes[c] |= FIELD;
      }
      if (alphanumeric || "-._~".indexOf(c) >= 0) {
        classes[c] |= UNRESERVED;
      }
      if (alphanumeric || "-._~!$&'()*+,;=:@/?[]".indexOf(c) >= 0) {
        classes[c] |= TARGET;
      }
      if ("\"<>^`{|}\\".indexOf(c) >= 0) {
        classes[c] |= ENCODED;
      }
    }
    return classes;
  }

  /// `tchar` of RFC 9110 §5.6.2: methods and field names.
  static boolean isToken(int c) {
    return (CLASSES[c & 0xff] & TOKEN) != 0;
  }

  /// What a field value may hold: visible characters, space, tab and bytes from 0x80.
  static boolean isField(int c) {
    return (CLASSES[c & 0xff] & FIELD) != 0;
  }

  /// `unreserved` of RFC 3986 §2.3.
  static boolean isUnreserved(int c) {
    return (CLASSES[c & 0xff] & UNRESERVED) != 0;
  }

  /// What stands in a path or query as itself.
  static boolean isTarget(int c) {
    return (CLASSES[c & 0xff] & TARGET) != 0;
  }

  /// What clients send raw in a target although it has to be percent-encoded.
  static boolean isEncodedInTarget(int c) {
    return (CLASSES[c & 0xff] & ENCODED) != 0;
  }

  /// Value of a hexadecimal digit, or -1.
  static int hex(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
