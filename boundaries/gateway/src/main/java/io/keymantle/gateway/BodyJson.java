package io.keymantle.gateway;

import io.keymantle.domain.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Where the fields of a JSON document lie that bindings name, so that only their bytes are
/// rewritten and everything else stays byte for byte. Duplicate keys, more than one document, and
/// anything but UTF-8 are refused: two parsers could read them differently.
final class BodyJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final byte[] body;
  private final Function<String, RefusedException> refusal;
  private final Set<JsonPointer> wanted = new HashSet<>();
  private final Set<JsonPointer> parents = new HashSet<>();
  private final List<Field> fields = new ArrayList<>();

  private BodyJson(
      byte[] body, Collection<String> pointers, Function<String, RefusedException> refusal) {
    this.body = body;
    this.refusal = refusal;
    for (String pointer : pointers) {
      JsonPointer compiled = JsonPointer.compile(pointer);
      wanted.add(compiled);
      if (compiled.head() != null) {
        parents.add(compiled.head());
      }
    }
  }

  /// One field, or the place where it would be.
  ///
  /// @param start of the field's literal with its quotes; when missing, where to insert it
  /// @param end behind the literal
  record Field(String pointer, int start, int end, Kind kind) {
    boolean isMissing() {
      return kind == Kind.MISSING || kind == Kind.MISSING_IN_EMPTY;
    }
  }

  /// What stands at a pointer.
  enum Kind {
    STRING,
    NUMBER,
    /// `true`, `false` or `null`.
    CONSTANT,
    STRUCTURE,
    /// Nothing, but its parent object is there and has members.
    MISSING,
    /// Nothing, but its parent object is there and empty.
    MISSING_IN_EMPTY
  }

  /// The fields at the pointers, in the order in which they lie in the document.
  ///
  /// @param refusal what to throw, given the reason
  static List<Field> fields(
      byte[] body, Collection<String> pointers, Function<String, RefusedException> refusal) {
    return new BodyJson(body, pointers, refusal).read();
  }

  private List<Field> read() {
    requirePlainUtf8();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
      int documents = 0;
      for (JsonToken token; (token = parser.nextToken()) != null; ) {
        if (parser.streamReadContext().inRoot() && ++documents > 1) {
          throw refusal.apply("it holds more than one JSON document");
        }
        if (token.isStructStart() || token.isScalarValue()) {
          add(parser, token, parser.streamReadContext().pathAsPointer());
        }
      }
    } catch (JacksonException e) {
      throw refusal.apply("it is not valid JSON, or has a key twice");
    }
    return settled();
  }

  private void add(JsonParser parser, JsonToken token, JsonPointer pointer) {
    boolean parent = token == JsonToken.START_OBJECT && parents.contains(pointer);
    if (!parent && !wanted.contains(pointer)) {
      return;
    }
    int start = (int) parser.currentTokenLocation().getByteOffset();
    if (wanted.contains(pointer)) {
      Kind kind = kind(token);
      if (kind == Kind.STRING && hasLoneSurrogate(parser.getString())) {
        throw refusal.apply("a field holds half a character");
      }
      int end =
          switch (kind) {
            case STRING -> stringEnd(start);
            case NUMBER, CONSTANT -> wordEnd(start);
            case STRUCTURE, MISSING, MISSING_IN_EMPTY -> start;
          };
      fields.add(new Field(pointer.toString(), start, end, kind));
    }
    if (parent) {
      addMissing(pointer, start + 1);
    }
  }

  private void addMissing(JsonPointer parent, int inside) {
    int next = inside;
    while (next < body.length && body[next] <= ' ') {
      next++;
    }
    boolean empty = next < body.length && body[next] == '}';
    for (JsonPointer child : wanted) {
      if (parent.equals(child.head())) {
        Kind kind = empty ? Kind.MISSING_IN_EMPTY : Kind.MISSING;
        fields.add(new Field(child.toString(), inside, inside, kind));
      }
    }
  }

  /// Half of a surrogate pair, which JSON can escape and UTF-8 cannot carry.
  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
  }

  private static Kind kind(JsonToken token) {
    if (token == JsonToken.VALUE_STRING) {
      return Kind.STRING;
    }
    if (token.isNumeric()) {
      return Kind.NUMBER;
    }
    return token.isStructStart() ? Kind.STRUCTURE : Kind.CONSTANT;
  }

  private int stringEnd(int start) {
    int i = start + 1;
    while (i < body.length && body[i] != '"') {
      i += body[i] == '\\' ? 2 : 1;
    }
    return Math.min(i + 1, body.length);
  }

  private int wordEnd(int start) {
    int i = start;
    while (i < body.length && body[i] > ' ' && ",]}".indexOf(body[i]) < 0) {
      i++;
    }
    return i;
  }

  /// Drops the marks of a missing field for those that turned out to be there.
  private List<Field> settled() {
    Set<String> present = new HashSet<>();
    for (Field field : fields) {
      if (!field.isMissing()) {
        present.add(field.pointer);
      }
    }
    fields.removeIf(field -> field.isMissing() && present.contains(field.pointer));
    fields.sort(Comparator.comparingInt(Field::start));
    return fields;
  }

  private void requirePlainUtf8() {
    boolean ascii = true;
    for (byte b : body) {
      if (b == 0) {
        throw refusal.apply("it is not UTF-8");
      }
      ascii &= b > 0;
    }
    if (ascii) {
      return;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
    } catch (CharacterCodingException e) {
      throw refusal.apply("it is not UTF-8");
    }
    if (body.length > 2 && body[0] == (byte) 0xef && body[1] == (byte) 0xbb) {
      throw refusal.apply("it starts with a byte order mark");
    }
  }

  /// The UTF-8 bytes that a string literal stands for; empty for any other field. The caller zeroes
  /// them if they are secret.
  static byte[] text(byte[] body, Field field) {
    if (field.kind != Kind.STRING) {
      return new byte[0];
    }
    try (SubstitutionBuffer text = new SubstitutionBuffer(field.end - field.start)) {
      for (int i = field.start + 1; i < field.end - 1; i++) {
        if (body[i] != '\\') {
          text.put(body[i]);
          continue;
        }
        byte escape = body[++i];
        if (escape != 'u') {
          text.put(unescaped(escape));
          continue;
        }
        int unit = hex(body, i + 1);
        i += 4;
        boolean pair = Character.isHighSurrogate((char) unit) && i + 6 < field.end;
        if (pair && body[i + 1] == '\\' && body[i + 2] == 'u') {
          int low = hex(body, i + 3);
          if (Character.isLowSurrogate((char) low)) {
            unit = Character.toCodePoint((char) unit, (char) low);
            i += 6;
          }
        }
        putUtf8(text, unit);
      }
      return text.toArray();
    }
  }

  private static byte unescaped(byte escape) {
    return switch (escape) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escape;
    };
  }

  private static int hex(byte[] body, int at) {
    int unit = 0;
    for (int i = at; i < at + 4; i++) {
      unit = unit << 4 | Character.digit(body[i], 16);
    }
    return unit;
  }

  private static void putUtf8(SubstitutionBuffer text, int codePoint) {
    if (codePoint < 0x80) {
      text.put((byte) codePoint);
    } else if (codePoint < 0x800) {
      text.put((byte) (0xc0 | codePoint >> 6));
      text.put((byte) (0x80 | (codePoint & 0x3f)));
    } else if (codePoint < 0x10000) {
      text.put((byte) (0xe0 | codePoint >> 12));
      text.put((byte) (0x80 | (codePoint >> 6 & 0x3f)));
      text.put((byte) (0x80 | (codePoint & 0x3f)));
    } else {
      text.put((byte) (0xf0 | codePoint >> 18));
      text.put((byte) (0x80 | (codePoint >> 12 & 0x3f)));
      text.put((byte) (0x80 | (codePoint >> 6 & 0x3f)));
      text.put((byte) (0x80 | (codePoint & 0x3f)));
    }
  }
}
