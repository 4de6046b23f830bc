package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The ordered header fields of one HTTP/1.1 message: slices of the received head plus what was
/// changed since.
///
/// Names are compared without case and given in lower case; on the wire they keep the case in which
/// they came. Values are bytes without surrounding white space, holding no control character but
/// tab. Indexes are positions in wire order and shift down on [#remove]. Not thread-safe.
///
/// Values put in by [#setValue] and [#add] may be secret: [#wipe] zeroes them once written.
final class HeaderFields {
  private static final int STRIDE = 5;
  private static final int ARRAY = 0;
  private static final int NAME_START = 1;
  private static final int NAME_LENGTH = 2;
  private static final int VALUE_START = 3;
  private static final int VALUE_LENGTH = 4;

  private final byte[] received;
  private int[] index = new int[16 * STRIDE];
  private byte[][] own = {};
  private int count;
  private int owned;

  /// @param received the head as it came; the caller does not change it again
  HeaderFields(byte[] received) {
    this.received = received;
  }

  /// No field yet.
  HeaderFields() {
    this(new byte[0]);
  }

  /// Adds a field that lies in the received head. For the parser.
  void addReceived(int nameStart, int nameLength, int valueStart, int valueLength) {
    int at = grow();
    index[at + ARRAY] = -1;
    index[at + NAME_START] = nameStart;
    index[at + NAME_LENGTH] = nameLength;
    index[at + VALUE_START] = valueStart;
    index[at + VALUE_LENGTH] = valueLength;
  }

  int size() {
    return count;
  }

  /// Lower-case name of a field.
  String name(int field) {
    return new String(
            nameArray(field), nameStart(field), nameLength(field), StandardCharsets.ISO_8859_1)
        .toLowerCase(java.util.Locale.ROOT);
  }

  /// @param lowerCaseName ASCII, lower case
  boolean nameIs(int field, String lowerCaseName) {
    int length = nameLength(field);
    if (length != lowerCaseName.length()) {
      return false;
    }
    byte[] array = nameArray(field);
    int start = nameStart(field);
    for (int i = 0; i < length; i++) {
      int c = array[start + i];
      if (c >= 'A' && c <= 'Z') {
        c |= 0x20;
      }
      if (c != lowerCaseName.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// First letter of a field's name, in lower case.
  int nameFirst(int field) {
    return nameArray(field)[nameStart(field)] | 0x20;
  }

  /// @param lowerCasePrefix ASCII letters and hyphens, lower case
  boolean nameStartsWith(int field, String lowerCasePrefix) {
    return name(field).startsWith(lowerCasePrefix);
  }

  /// First field of that name, or -1.
  int find(String lowerCaseName) {
    return find(lowerCaseName, 0);
  }

  /// First field of that name at or after an index, or -1.
  int find(String lowerCaseName, int from) {
    for (int i = from; i < count; i++) {
      if (nameIs(i, lowerCaseName)) {
        return i;
      }
    }
    return -1;
  }

  boolean contains(String lowerCaseName) {
    return find(lowerCaseName) >= 0;
  }

  /// How many fields have that name.
  int count(String lowerCaseName) {
    int n = 0;
    for (int i = find(lowerCaseName); i >= 0; i = find(lowerCaseName, i + 1)) {
      n++;
    }
    return n;
  }

  /// The array in which a value lies; read only, from [#valueStart] for [#valueLength] bytes.
  byte[] valueArray(int field) {
    int which = index[field * STRIDE + ARRAY];
    return which < 0 ? received : own[which];
  }

  int valueStart(int field) {
    return index[field * STRIDE + VALUE_START];
  }

  int valueLength(int field) {
    return index[field * STRIDE + VALUE_LENGTH];
  }

  /// Value as Latin-1 text. Never call it for a value that holds a secret.
  String value(int field) {
    return new String(
        valueArray(field), valueStart(field), valueLength(field), StandardCharsets.ISO_8859_1);
  }

  /// Value of the first field of that name as Latin-1 text, or null.
  @Nullable String value(String lowerCaseName) {
    int field = find(lowerCaseName);
    return field < 0 ? null : value(field);
  }

  /// Whether one of the comma-separated members of all fields of that name is the token, without
  /// regard to case.
  boolean hasMember(String lowerCaseName, String lowerCaseToken) {
    for (int i = find(lowerCaseName); i >= 0; i = find(lowerCaseName, i + 1)) {
      for (String member : value(i).split(",")) {
        if (member.strip().equalsIgnoreCase(lowerCaseToken)) {
          return true;
        }
      }
    }
    return false;
  }

  /// Replaces a value; takes ownership of the array.
  void setValue(int field, byte[] value) {
    String name = rawName(field);
    int at = field * STRIDE;
    store(at, name, value);
  }

  /// Appends a field; takes ownership of the array.
  void add(String name, byte[] value) {
    store(grow(), name, value);
  }

  /// Appends a field with a value that is no secret.
  void add(String name, String value) {
    add(name, value.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Makes this the only field of that name, at the place of the first one.
  void set(String lowerCaseName, String value) {
    int field = find(lowerCaseName);
    if (field < 0) {
      add(lowerCaseName, value);
      return;
    }
    setValue(field, value.getBytes(StandardCharsets.ISO_8859_1));
    for (int i = find(lowerCaseName, field + 1); i >= 0; i = find(lowerCaseName, i)) {
      remove(i);
    }
  }

  void remove(int field) {
    int at = field * STRIDE;
    System.arraycopy(index, at + STRIDE, index, at, (count - field - 1) * STRIDE);
    count--;
  }

  void removeAll(String lowerCaseName) {
    for (int i = find(lowerCaseName); i >= 0; i = find(lowerCaseName, i)) {
      remove(i);
    }
  }

  /// Removes the fields that servers which cannot tell `_` from `-` would take for that one.
  void removeLookalikes(String lowerCaseName) {
    for (int i = count - 1; lowerCaseName.indexOf('-') >= 0 && i >= 0; i--) {
      String name = name(i);
      if (name.indexOf('_') >= 0 && name.replace('_', '-').equals(lowerCaseName)) {
        remove(i);
      }
    }
  }

  /// Writes every field as `Name: value CRLF`, without the empty line that ends the head.
  void writeTo(ByteBuf out) {
    for (int i = 0; i < count; i++) {
      out.writeBytes(nameArray(i), nameStart(i), nameLength(i));
      out.writeShort((':' << 8) | ' ');
      out.writeBytes(valueArray(i), valueStart(i), valueLength(i));
      out.writeShort(('\r' << 8) | '\n');
    }
  }

  /// Zeroes every value that was put in after parsing.
  void wipe() {
    for (int i = 0; i < owned; i++) {
      Arrays.fill(own[i], (byte) 0);
    }
  }

  private String rawName(int field) {
    return new String(
        nameArray(field), nameStart(field), nameLength(field), StandardCharsets.ISO_8859_1);
  }

  private byte[] nameArray(int field) {
    return valueArray(field);
  }

  int nameStart(int field) {
    return index[field * STRIDE + NAME_START];
  }

  int nameLength(int field) {
    return index[field * STRIDE + NAME_LENGTH];
  }

  private int grow() {
    int at = count * STRIDE;
    if (at == index.length) {
      index = Arrays.copyOf(index, index.length * 2);
    }
    count++;
    return at;
  }

  private void store(int at, String name, byte[] value) {
    byte[] field = new byte[name.length() + value.length];
    System.arraycopy(name.getBytes(StandardCharsets.ISO_8859_1), 0, field, 0, name.length());
    System.arraycopy(value, 0, field, name.length(), value.length);
    Arrays.fill(value, (byte) 0);
    if (owned == own.length) {
      own = Arrays.copyOf(own, Math.max(4, owned * 2));
    }
    own[owned] = field;
    index[at + ARRAY] = owned++;
    index[at + NAME_START] = 0;
    index[at + NAME_LENGTH] = name.length();
    index[at + VALUE_START] = name.length();
    index[at + VALUE_LENGTH] = value.length;
  }
}
