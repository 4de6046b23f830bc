package io.keymantle.gateway;

import io.keymantle.domain.Injection.Format;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Broker tokens in the value of one header: plain, after a scheme such as `Bearer `, or inside the
/// base64 of `Basic` (RFC 7617).
final class SubstitutionHeader {
  private SubstitutionHeader() {}

  /// The tokens of a value that may be replaced, in order; empty when one is cut or written in
  /// another way.
  ///
  /// @param found all tokens of the value, as it stands
  static Optional<List<TokenSpan>> tokens(
      byte[] array, int start, int length, List<TokenScanner.Found> found) {
    byte[] basic = basic(array, start, length);
    return basic.length > 0
        ? TokenSpan.plain(basic, 0, basic.length)
        : TokenSpan.plain(array, start, start + length, found);
  }

  /// The value with each token replaced.
  static byte[] replaced(byte[] array, int start, int length, SubstitutionValues values) {
    byte[] basic = basic(array, start, length);
    if (basic.length > 0) {
      return replacedBasic(basic, values);
    }
    int end = start + length;
    try (SubstitutionBuffer out = new SubstitutionBuffer(length + 64)) {
      int done = start;
      for (TokenSpan span : TokenSpan.plain(array, start, end).orElse(List.of())) {
        boolean alone = span.end() == end && isSchemeOrNothing(array, start, span.start());
        int number = values.numberOf(span.token());
        out.put(array, done, span.start());
        out.put(alone ? values.forHeader(number) : values.forHeaderPart(number));
        done = span.end();
      }
      out.put(array, done, end);
      return out.toArray();
    }
  }

  private static byte[] replacedBasic(byte[] basic, SubstitutionValues values) {
    try (SubstitutionBuffer out = new SubstitutionBuffer(basic.length + 64)) {
      int done = 0;
      boolean user = true;
      for (TokenSpan span : TokenSpan.plain(basic, 0, basic.length).orElse(List.of())) {
        for (int i = done; i < span.start(); i++) {
          user &= basic[i] != ':';
        }
        out.put(basic, done, span.start());
        out.put(values.forBasic(values.numberOf(span.token()), user));
        done = span.end();
      }
      out.put(basic, done, basic.length);
      return basicOf(out);
    }
  }

  /// The whole value that `inject: always` puts on a header.
  static byte[] injected(Format format, int number, SubstitutionValues values) {
    try (SubstitutionBuffer out = new SubstitutionBuffer(128)) {
      return switch (format) {
        case Format.Bearer bearer -> {
          out.put("Bearer ");
          out.put(values.forHeader(number));
          yield out.toArray();
        }
        case Format.Basic basic -> {
          out.put(basic.user().getBytes(StandardCharsets.UTF_8));
          out.put((byte) ':');
          out.put(values.forBasic(number, false));
          yield basicOf(out);
        }
        case Format.Raw raw -> {
          out.put(values.forHeader(number));
          yield out.toArray();
        }
      };
    }
  }

  private static byte[] basicOf(SubstitutionBuffer credentials) {
    byte[] plain = credentials.toArray();
    byte[] encoded = Base64.getEncoder().encode(plain);
    Arrays.fill(plain, (byte) 0);
    try (SubstitutionBuffer out = new SubstitutionBuffer(encoded.length + 6)) {
      out.put("Basic ");
      out.put(encoded);
      return out.toArray();
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /// The value as people read it: what a `Basic` one encodes in plain.
  static String readable(String value) {
    byte[] array = value.getBytes(StandardCharsets.ISO_8859_1);
    byte[] basic = basic(array, 0, array.length);
    return basic.length > 0 ? "Basic " + new String(basic, StandardCharsets.ISO_8859_1) : value;
  }

  /// What a `Basic` value encodes; empty when the value is none.
  private static byte[] basic(byte[] array, int start, int length) {
    boolean isBasic =
        length > 6
            && (array[start] | 0x20) == 'b'
            && (array[start + 1] | 0x20) == 'a'
            && (array[start + 2] | 0x20) == 's'
            && (array[start + 3] | 0x20) == 'i'
            && (array[start + 4] | 0x20) == 'c'
            && array[start + 5] == ' ';
    if (!isBasic) {
      return new byte[0];
    }
    String encoded = new String(array, start + 6, length - 6, StandardCharsets.ISO_8859_1).strip();
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static boolean isSchemeOrNothing(byte[] array, int start, int end) {
    if (start == end) {
      return true;
    }
    for (int i = start; i < end - 1; i++) {
      if (!TokenScanner.isBase62(array[i]) && array[i] != '-') {
        return false;
      }
    }
    return array[end - 1] == ' ';
  }
}
