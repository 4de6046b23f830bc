package io.keymantle.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Path and query of a request target in the one form that is judged and forwarded (RFC 3986
/// §6.2.2): unreserved characters decoded, other percent-encodings in upper-case hex, dot segments
/// removed, characters that may not stand raw percent-encoded.
///
/// @param path starts with `/`
/// @param query without `?`, or null
record CanonicalTarget(String path, @Nullable String query) {

  /// @param raw bytes of path and query, starting with `/`
  /// @throws RefusedException with `ambiguous_request`
  static CanonicalTarget of(byte[] raw, int start, int end) {
    if (isCanonical(raw, start, end)) {
      return split(new String(raw, start, end - start, StandardCharsets.ISO_8859_1));
    }
    byte[] clean = new byte[(end - start) * 3];
    int length = 0;
    boolean inPath = true;
    for (int i = start; i < end; i++) {
      int c = raw[i] & 0xff;
      if (c == '?' && inPath) {
        inPath = false;
      }
      if (c == '%') {
        int value = i + 2 < end ? Ascii.hex(raw[i + 1]) << 4 | Ascii.hex(raw[i + 2]) : -1;
        if (value < 0) {
          throw Refusals.ambiguous("a percent sign without two hexadecimal digits in the target");
        }
        if (value == 0 && inPath) {
          throw Refusals.ambiguous("an encoded NUL in the path");
        }
        i += 2;
        if (Ascii.isUnreserved(value)) {
          clean[length++] = (byte) value;
        } else {
          length = percent(clean, length, value);
        }
      } else if (c == '\\' && inPath) {
        throw Refusals.ambiguous("a backslash in the path");
      } else if (Ascii.isTarget(c)) {
        clean[length++] = (byte) c;
      } else if (Ascii.isEncodedInTarget(c)) {
        length = percent(clean, length, c);
      } else {
        throw Refusals.ambiguous("a character in the target that has to be percent-encoded");
      }
    }
    CanonicalTarget split = split(new String(clean, 0, length, StandardCharsets.ISO_8859_1));
    return new CanonicalTarget(withoutDotSegments(split.path), split.query);
  }

  /// Whether a path may be read differently by a server behind: encoded separators, doubly encoded
  /// ones, empty segments, parameters on dot segments, encoded control characters, or bytes that
  /// are not UTF-8 (an overlong dot or slash). Such a path is fine where a binding does not judge
  /// paths and refused where it does.
  static boolean isAmbiguous(String path) {
    if (path.contains("//") || path.contains("/.;") || path.contains("/..;")) {
      return true;
    }
    for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
      String code = path.substring(i + 1, i + 3);
      boolean separator = code.equals("2F") || code.equals("5C") || code.equals("3F");
      if (separator || code.equals("25") || code.equals("3B") || code.equals("23")) {
        return true;
      }
    }
    return path.indexOf('%') >= 0 && !isText(path);
  }

  private static boolean isText(String path) {
    ByteBuffer bytes = ByteBuffer.allocate(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      int value = c == '%' ? Ascii.hex(path.charAt(++i)) << 4 | Ascii.hex(path.charAt(++i)) : c;
      if (value < ' ' || value == 0x7f) {
        return false;
      }
      bytes.put((byte) value);
    }
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean isCanonical(byte[] raw, int start, int end) {
    boolean inPath = true;
    for (int i = start; i < end; i++) {
      int c = raw[i];
      if (!Ascii.isTarget(c)) {
        return false;
      }
      if (c == '?') {
        inPath = false;
      }
      if (inPath && c == '.' && raw[i - 1] == '/') {
        return false;
      }
    }
    return true;
  }

  private static CanonicalTarget split(String text) {
    int mark = text.indexOf('?');
    return mark < 0
        ? new CanonicalTarget(text, null)
        : new CanonicalTarget(text.substring(0, mark), text.substring(mark + 1));
  }

  private static int percent(byte[] out, int at, int value) {
    out[at] = '%';
    out[at + 1] = (byte) Character.toUpperCase(Character.forDigit(value >> 4, 16));
    out[at + 2] = (byte) Character.toUpperCase(Character.forDigit(value & 15, 16));
    return at + 3;
  }

  /// RFC 3986 §5.2.4.
  private static String withoutDotSegments(String path) {
    if (!path.contains("/.")) {
      return path;
    }
    String[] segments = path.substring(1).split("/", -1);
    String[] kept = new String[segments.length];
    int count = 0;
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      if (segments[i].equals("..")) {
        count = Math.max(0, count - 1);
      } else if (!segments[i].equals(".")) {
        kept[count++] = segments[i];
        continue;
      }
      if (last) {
        kept[count++] = "";
      }
    }
    StringBuilder text = new StringBuilder(path.length());
    for (int i = 0; i < count; i++) {
      text.append('/').append(kept[i]);
    }
    return text.isEmpty() ? "/" : text.toString();
  }
}
