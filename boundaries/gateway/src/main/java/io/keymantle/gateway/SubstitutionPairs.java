package io.keymantle.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The `name=value` pairs of a query or of an `application/x-www-form-urlencoded` body, with broker
/// tokens in their values.
final class SubstitutionPairs {
  private final byte[] bytes;
  private final List<Pair> pairs = new ArrayList<>();

  private SubstitutionPairs(byte[] bytes) {
    this.bytes = bytes;
  }

  /// One pair.
  ///
  /// @param equals where `=` stands, or the end when there is none
  /// @param name decoded
  record Pair(int start, int equals, int end, String name) {}

  static SubstitutionPairs of(byte[] bytes) {
    SubstitutionPairs result = new SubstitutionPairs(bytes);
    int start = 0;
    while (start <= bytes.length) {
      int end = start;
      int equals = -1;
      while (end < bytes.length && bytes[end] != '&') {
        if (equals < 0 && bytes[end] == '=') {
          equals = end;
        }
        end++;
      }
      int nameEnd = equals < 0 ? end : equals;
      String name = new String(decoded(bytes, start, nameEnd), StandardCharsets.UTF_8);
      result.pairs.add(new Pair(start, nameEnd, end, name));
      start = end + 1;
    }
    return result;
  }

  /// Judges every token of the pairs.
  ///
  /// @param kind [SubstitutionPlace.Kind#QUERY] or [SubstitutionPlace.Kind#FORM]
  /// @param found all tokens of the bytes
  void judge(
      SubstitutionPlace.Kind kind,
      List<TokenScanner.Found> found,
      SubstitutionJudge judge,
      SubstitutionSlots slots) {
    int accounted = 0;
    for (Pair pair : pairs) {
      if (!hasTokenInValue(pair)) {
        continue;
      }
      SubstitutionPlace place = new SubstitutionPlace(kind, pair.name);
      byte[] value = value(pair);
      List<TokenSpan> spans =
          TokenSpan.plain(value, 0, value.length).orElseThrow(() -> judge.refusal(found, place));
      if (isAmbiguous(kind, pair.name)) {
        throw Refusals.ambiguous("a parameter or field that carries a token is there twice");
      }
      spans.forEach(span -> slots.token(span.token(), place));
      accounted += spans.size();
    }
    if (accounted != found.size()) {
      throw judge.refusal(found, SubstitutionPlace.elsewhere("the name of a parameter or field"));
    }
  }

  /// Of two fields of one name servers take the first, the last or both. A query may repeat the
  /// token as often as the binding allows, but not beside another value.
  private boolean isAmbiguous(SubstitutionPlace.Kind kind, String name) {
    List<Pair> alike = pairs.stream().filter(pair -> pair.name.equals(name)).toList();
    return alike.size() > 1
        && (kind == SubstitutionPlace.Kind.FORM || !alike.stream().allMatch(this::hasTokenInValue));
  }

  private boolean hasTokenInValue(Pair pair) {
    return !TokenScanner.scan(bytes, pair.equals, pair.end).isEmpty();
  }

  private byte[] value(Pair pair) {
    return decoded(bytes, Math.min(pair.equals + 1, pair.end), pair.end);
  }

  /// What to put under a name whatever the agent sent there.
  record Injected(String name, int number) {}

  /// All pairs, with each token and each injected name replaced by its value, percent-encoded; what
  /// holds neither stays as it is.
  void replace(
      List<Injected> injected, SubstitutionValues values, boolean form, SubstitutionBuffer out) {
    boolean[] placed = new boolean[injected.size()];
    boolean first = true;
    for (Pair pair : pairs) {
      int which = indexOf(injected, pair.name);
      if (which >= 0 && placed[which]) {
        continue;
      }
      if (!first) {
        out.put((byte) '&');
      }
      first = false;
      if (which >= 0) {
        placed[which] = true;
        putInjected(injected.get(which), values, form, out);
      } else if (hasTokenInValue(pair)) {
        out.put(bytes, pair.start, pair.equals);
        out.put((byte) '=');
        putReplaced(value(pair), values, form, out);
      } else {
        out.put(bytes, pair.start, pair.end);
      }
    }
    for (int i = 0; i < placed.length; i++) {
      if (!placed[i]) {
        if (out.length() > 0) {
          out.put((byte) '&');
        }
        putInjected(injected.get(i), values, form, out);
      }
    }
  }

  private static void putReplaced(
      byte[] value, SubstitutionValues values, boolean form, SubstitutionBuffer out) {
    int done = 0;
    for (TokenSpan span : TokenSpan.plain(value, 0, value.length).orElse(List.of())) {
      out.putPercentEncoded(value, done, span.start(), "");
      putValue(values.numberOf(span.token()), values, form, out);
      done = span.end();
    }
    out.putPercentEncoded(value, done, value.length, "");
  }

  private static void putInjected(
      Injected injected, SubstitutionValues values, boolean form, SubstitutionBuffer out) {
    byte[] name = injected.name.getBytes(StandardCharsets.UTF_8);
    out.putPercentEncoded(name, 0, name.length, "");
    out.put((byte) '=');
    putValue(injected.number, values, form, out);
  }

  private static void putValue(
      int number, SubstitutionValues values, boolean form, SubstitutionBuffer out) {
    byte[] value = form ? values.forForm(number) : values.forQuery(number);
    out.putPercentEncoded(value, 0, value.length, "");
  }

  private static int indexOf(List<Injected> injected, String name) {
    for (int i = 0; i < injected.size(); i++) {
      if (injected.get(i).name.equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] decoded(byte[] bytes, int from, int to) {
    boolean plain = true;
    for (int i = from; i < to && plain; i++) {
      plain = bytes[i] != '%' && bytes[i] != '+';
    }
    if (plain) {
      return Arrays.copyOfRange(bytes, from, to);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      if (bytes[i] == '%' && i + 2 < to) {
        int high = Character.digit(bytes[i + 1], 16);
        int low = Character.digit(bytes[i + 2], 16);
        if (high >= 0 && low >= 0) {
          out.write(high << 4 | low);
          i += 2;
          continue;
        }
      }
      out.write(bytes[i] == '+' ? ' ' : bytes[i]);
    }
    return out.toByteArray();
  }
}
