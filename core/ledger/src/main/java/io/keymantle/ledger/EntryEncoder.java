package io.keymantle.ledger;

import io.keymantle.domain.LedgerEvent;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Writes an event as the canonical JSON whose hash goes into the tree: one line, no spaces, keys
/// in the fixed order `v at kind phase op actor credential grant destination method path result
/// code detail` (detail's own keys sorted), empty parts left out, time in UTC with microseconds,
/// strings escaped as in RFC 8785 and otherwise raw UTF-8.
///
/// An entry has at most 65,535 bytes (C2SP tlog-tiles). A text that comes near 4,096 encoded bytes
/// is cut between characters and ends in [#CUT]; details that no longer fit are left out, and a
/// detail named [#CUT] says how many.
final class EntryEncoder {
  static final int MAX_ENTRY = 65_535;
  static final int MAX_TEXT = 4_096;
  static final String CUT = "\u2026[cut]";

  private static final int ROOM_FOR_END = 64;
  private static final byte[] START = ascii("{\"v\":1,\"at\":\"");
  private static final byte[] KIND = ascii("Z\",\"kind\":\"");
  private static final byte[] PHASE = ascii("\",\"phase\":\"");
  private static final byte[] OPERATION = ascii(",\"op\":\"");
  private static final byte[] ACTOR = ascii(",\"actor\":\"");
  private static final byte[] CREDENTIAL = ascii(",\"credential\":\"");
  private static final byte[] GRANT = ascii(",\"grant\":\"");
  private static final byte[] DESTINATION = ascii(",\"destination\":\"");
  private static final byte[] METHOD = ascii(",\"method\":\"");
  private static final byte[] PATH = ascii(",\"path\":\"");
  private static final byte[] RESULT = ascii(",\"result\":\"");
  private static final byte[] CODE = ascii(",\"code\":\"");
  private static final byte[] DETAIL = ascii(",\"detail\":{");
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final Map<LedgerEvent.Kind, byte[]> KINDS = names(LedgerEvent.Kind.class);
  private static final Map<LedgerEvent.Phase, byte[]> PHASES = names(LedgerEvent.Phase.class);

  private byte[] bytes = new byte[512];
  private int length;

  private EntryEncoder() {}

  static byte[] encode(LedgerEvent event) {
    var encoder = new EntryEncoder();
    encoder.write(event);
    return Arrays.copyOf(encoder.bytes, encoder.length);
  }

  private void write(LedgerEvent event) {
    raw(START);
    time(event.at());
    raw(KIND);
    raw(name(KINDS, event.kind()));
    raw(PHASE);
    raw(name(PHASES, event.phase()));
    raw('"');
    part(OPERATION, event.operation());
    part(ACTOR, event.actor());
    part(CREDENTIAL, event.credential());
    part(GRANT, event.grant());
    part(DESTINATION, event.destination());
    part(METHOD, event.method());
    part(PATH, event.path());
    part(RESULT, event.result());
    part(CODE, event.code());
    if (!event.detail().isEmpty()) {
      details(event.detail());
    }
    raw('}');
  }

  private void part(byte[] key, String value) {
    if (!value.isEmpty()) {
      raw(key);
      text(value);
      raw('"');
    }
  }

  private void details(Map<String, String> detail) {
    raw(DETAIL);
    boolean first = true;
    int left = detail.size();
    for (Map.Entry<String, String> each : detail.entrySet()) {
      int before = length;
      member(each.getKey(), each.getValue(), first);
      if (length > MAX_ENTRY - ROOM_FOR_END) {
        length = before;
        member(CUT, Integer.toString(left), first);
        break;
      }
      first = false;
      left--;
    }
    raw('}');
  }

  private void member(String key, String value, boolean first) {
    if (!first) {
      raw(',');
    }
    raw('"');
    text(key);
    raw('"');
    raw(':');
    raw('"');
    text(value);
    raw('"');
  }

  /// Writes the text escaped, cut where it would pass [#MAX_TEXT] bytes.
  private void text(String value) {
    int start = length;
    int chars = value.length();
    // No character takes more than 6 bytes, so the common short text needs one check of room.
    room((int) Math.min(chars * 6L, MAX_TEXT) + 16);
    for (int i = 0; i < chars; i++) {
      if (length - start > MAX_TEXT - 6) {
        raw(ascii("\u00e2\u0080\u00a6[cut]"));
        return;
      }
      char c = value.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        bytes[length++] = (byte) c;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < chars
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
        utf8(Character.toCodePoint(c, value.charAt(i)));
      } else if (Character.isSurrogate(c)) {
        utf8(0xfffd);
      } else if (c < ' ' || c == '"' || c == '\\') {
        escape(c);
      } else {
        utf8(c);
      }
    }
  }

  private void escape(char c) {
    bytes[length++] = '\\';
    int at = "\"\\\b\t\n\f\r".indexOf(c);
    if (at >= 0) {
      bytes[length++] = (byte) "\"\\btnfr".charAt(at);
      return;
    }
    bytes[length++] = 'u';
    bytes[length++] = '0';
    bytes[length++] = '0';
    bytes[length++] = HEX[c >> 4];
    bytes[length++] = HEX[c & 15];
  }

  private void utf8(int point) {
    if (point < 0x80) {
      bytes[length++] = (byte) point;
    } else if (point < 0x800) {
      bytes[length++] = (byte) (0xc0 | point >> 6);
      bytes[length++] = (byte) (0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
      bytes[length++] = (byte) (0xe0 | point >> 12);
      bytes[length++] = (byte) (0x80 | (point >> 6 & 0x3f));
      bytes[length++] = (byte) (0x80 | (point & 0x3f));
    } else {
      bytes[length++] = (byte) (0xf0 | point >> 18);
      bytes[length++] = (byte) (0x80 | (point >> 12 & 0x3f));
      bytes[length++] = (byte) (0x80 | (point >> 6 & 0x3f));
      bytes[length++] = (byte) (0x80 | (point & 0x3f));
    }
  }

  /// `2026-11-21T02:06:20.123456`; the date by the civil-from-days method, since formatting with
  /// java.time costs more than the rest of the entry.
  private void time(Instant at) {
    long days = Math.floorDiv(at.getEpochSecond(), 86_400L);
    int second = (int) Math.floorMod(at.getEpochSecond(), 86_400L);
    long shifted = days + 719_468;
    long era = Math.floorDiv(shifted, 146_097L);
    int dayOfEra = (int) (shifted - era * 146_097);
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
    int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    if (year < 0 || year > 9999) {
      throw new IllegalArgumentException("a ledger entry's time lies outside the years 0 to 9999");
    }
    room(32);
    digits((int) year, 4);
    raw('-');
    digits(month, 2);
    raw('-');
    digits(day, 2);
    raw('T');
    digits(second / 3_600, 2);
    raw(':');
    digits(second / 60 % 60, 2);
    raw(':');
    digits(second % 60, 2);
    raw('.');
    digits(at.getNano() / 1_000, 6);
  }

  private void digits(int value, int count) {
    int rest = value;
    for (int i = length + count - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }

  private void raw(byte[] text) {
    room(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  private void raw(char c) {
    room(1);
    bytes[length++] = (byte) c;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  private static <E extends Enum<E>> Map<E, byte[]> names(Class<E> type) {
    Map<E, byte[]> names = new EnumMap<>(type);
    for (E value : type.getEnumConstants()) {
      names.put(value, ascii(value.toString()));
    }
    return names;
  }

  private static <E> byte[] name(Map<E, byte[]> names, E value) {
    return Objects.requireNonNull(names.get(value));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
