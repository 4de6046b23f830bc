package io.keymantle.gateway;

import io.keymantle.gateway.HeadReader.Malformed;

/// Parses the field lines of a head or trailer (RFC 9112 §5), refusing what is read differently by
/// different parsers: folded lines, white space before the colon, control characters.
final class FieldParser {
  private FieldParser() {}

  /// @param head bytes in which every line ends with CR LF and the last is empty
  /// @param from where the first field line starts
  /// @throws Malformed when a line is no field, or there are more than `most`
  static HeaderFields parse(byte[] head, int from, int most) {
    HeaderFields fields = new HeaderFields(head);
    int at = from;
    while (head[at] != '\r') {
      if (fields.size() == most) {
        throw new Malformed(Malformed.Kind.TOO_LARGE, "more than " + most + " header fields");
      }
      at = line(head, at, fields);
    }
    if (at + 2 != head.length) {
      throw Malformed.syntax("a stray carriage return");
    }
    return fields;
  }

  private static int line(byte[] head, int start, HeaderFields fields) {
    int at = start;
    while (Ascii.isToken(head[at])) {
      at++;
    }
    if (head[at] != ':' || at == start) {
      throw Malformed.syntax(
          at == start && (head[at] == ' ' || head[at] == '\t')
              ? "a header field is folded over two lines"
              : "a header field's name is not a token followed by a colon");
    }
    int nameLength = at - start;
    at++;
    while (head[at] == ' ' || head[at] == '\t') {
      at++;
    }
    int valueStart = at;
    while (Ascii.isField(head[at])) {
      at++;
    }
    if (head[at] != '\r' || head[at + 1] != '\n') {
      throw Malformed.syntax("a header field's value holds a control character");
    }
    int valueEnd = at;
    while (valueEnd > valueStart && (head[valueEnd - 1] == ' ' || head[valueEnd - 1] == '\t')) {
      valueEnd--;
    }
    fields.addReceived(start, nameLength, valueStart, valueEnd - valueStart);
    return at + 2;
  }

  /// Parses a `Content-Length` value: digits only.
  static long contentLength(HeaderFields fields, int field) {
    byte[] array = fields.valueArray(field);
    int start = fields.valueStart(field);
    int length = fields.valueLength(field);
    if (length < 1 || length > 18) {
      throw Malformed.syntax("Content-Length is not a number");
    }
    long value = 0;
    for (int i = start; i < start + length; i++) {
      int digit = array[i] - '0';
      if (digit < 0 || digit > 9) {
        throw Malformed.syntax("Content-Length is not a number");
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /// The framing that `Content-Length` and `Transfer-Encoding` say, both removed from the fields;
  /// or [Framing#NONE] when neither is there.
  static Framing framing(HeaderFields fields, boolean http11) {
    int length = -1;
    int coding = -1;
    for (int i = 0; i < fields.size(); i++) {
      if (fields.nameIs(i, "content-length")) {
        if (length >= 0) {
          throw Malformed.syntax("two Content-Length headers");
        }
        length = i;
      } else if (fields.nameIs(i, "transfer-encoding")) {
        if (coding >= 0) {
          throw Malformed.syntax("two Transfer-Encoding headers");
        }
        coding = i;
      } else if (fields.nameIs(i, "content_length") || fields.nameIs(i, "transfer_encoding")) {
        throw Malformed.syntax("a framing header whose name some servers read as the right one");
      }
    }
    if (coding >= 0) {
      if (length >= 0) {
        throw Malformed.syntax("Content-Length together with Transfer-Encoding");
      }
      if (!http11 || !"chunked".equalsIgnoreCase(fields.value(coding))) {
        throw Malformed.syntax("a Transfer-Encoding other than chunked");
      }
      fields.remove(coding);
      return Framing.CHUNKED;
    }
    if (length >= 0) {
      long value = contentLength(fields, length);
      fields.remove(length);
      return Framing.length(value);
    }
    return Framing.NONE;
  }
}
