package io.keymantle.source.aws;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Finds the text of an element in an answer of STS, without a copy that stays.
///
/// No XML parser: those keep strings of what they read, and STS's answers have neither comments nor
/// entities in the few elements that are asked for. An element with either is taken for missing.
final class XmlElement {
  private XmlElement() {}

  /// The bytes of the first element of this name that has text alone. The caller zeroes them.
  static Optional<byte[]> find(byte[] document, String name) {
    byte[] open = ("<" + name + ">").getBytes(StandardCharsets.US_ASCII);
    byte[] close = ("</" + name + ">").getBytes(StandardCharsets.US_ASCII);
    int start = indexOf(document, open, 0);
    if (start < 0) {
      return Optional.empty();
    }
    int from = start + open.length;
    int end = indexOf(document, new byte[] {'<'}, from);
    if (end < 0 || indexOf(document, close, end) != end) {
      return Optional.empty();
    }
    for (int i = from; i < end; i++) {
      if (document[i] == '&') {
        return Optional.empty();
      }
    }
    return Optional.of(Arrays.copyOfRange(document, from, end));
  }

  static String text(byte[] found) {
    return new String(found, StandardCharsets.UTF_8).strip();
  }

  private static int indexOf(byte[] in, byte[] what, int from) {
    for (int i = from; i <= in.length - what.length; i++) {
      if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }
}
