package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
final class SubstitutionJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private SubstitutionJson() {}

  /// One field, or the place where it would be.
  ///
  /// @param start of the field's literal with its quotes; when missing, where to insert it
  /// @param text the decoded string; empty for a literal that is not a string, and when missing
  /// @param kind what is there
  record Field(String pointer, int start, int end, String text, Kind kind) {}

  /// What stands at a pointer.
  enum Kind {
    STRING,
    OTHER_SCALAR,
    STRUCTURE,
    /// Nothing, but its parent object is there and has members.
    MISSING,
    /// Nothing, but its parent object is there and empty.
    MISSING_IN_EMPTY
  }

  /// The fields at the pointers, in document order of where their bytes lie.
  ///
  /// @param what is read, for the message, such as `request body`
  static List<Field> fields(byte[] body, Collection<String> pointers, String what) {
    for (byte b : body) {
      if (b == 0 || b == (byte) 0xef || b == (byte) 0xfe || b == (byte) 0xff) {
        requireUtf8(body, what);
        break;
      }
    }
    List<Field> fields = new ArrayList<>();
    Set<JsonPointer> wanted = new HashSet<>();
    Set<JsonPointer> parents = new HashSet<>();
    for (String pointer : pointers) {
      JsonPointer compiled = JsonPointer.compile(pointer);
      wanted.add(compiled);
      if (compiled.head() != null) {
        parents.add(compiled.head());
      }
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
      int roots = 0;
      for (JsonToken token; (token = parser.nextToken()) != null; ) {
        if (parser.streamReadContext().inRoot() && ++roots > 1) {
          throw unreadable(what, "it holds more than one document");
        }
        if (token.isStructEnd() || token == JsonToken.PROPERTY_NAME) {
          continue;
        }
        JsonPointer pointer = parser.streamReadContext().pathAsPointer();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
          // Inside the new structure the context's own path is already that of the structure.
          addStructure(fields, parser, token, pointer, wanted, parents, body);
        } else if (wanted.contains(pointer)) {
          addScalar(fields, parser, token, pointer, body);
        }
      }
    } catch (JacksonException e) {
      throw unreadable(what, "it is not valid JSON, or has a key twice");
    }
    return settled(fields);
  }

  private static void addStructure(
      List<Field> fields,
      JsonParser parser,
      JsonToken token,
      JsonPointer pointer,
      Set<JsonPointer> wanted,
      Set<JsonPointer> parents,
      byte[] body) {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    if (wanted.contains(pointer)) {
      fields.add(new Field(pointer.toString(), start, start, "", Kind.STRUCTURE));
    }
    if (token == JsonToken.START_OBJECT && parents.contains(pointer)) {
      int inside = start + 1;
      int next = inside;
      while (next < body.length && body[next] <= ' ') {
        next++;
      }
      boolean empty = next < body.length && body[next] == '}';
      for (JsonPointer child : wanted) {
        if (pointer.equals(child.head())) {
          fields.add(
              new Field(
                  child.toString(),
                  inside,
                  inside,
                  "",
                  empty ? Kind.MISSING_IN_EMPTY : Kind.MISSING));
        }
      }
    }
  }

  private static void addScalar(
      List<Field> fields, JsonParser parser, JsonToken token, JsonPointer pointer, byte[] body) {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    String text = parser.getString();
    if (token == JsonToken.VALUE_STRING) {
      fields.add(new Field(pointer.toString(), start, literalEnd(body, start), text, Kind.STRING));
      return;
    }
    fields.add(
        new Field(
            pointer.toString(),
            start,
            start + text.getBytes(StandardCharsets.UTF_8).length,
            "",
            Kind.OTHER_SCALAR));
  }

  private static int literalEnd(byte[] body, int start) {
    int i = start + 1;
    while (body[i] != '"') {
      i += body[i] == '\\' ? 2 : 1;
    }
    return i + 1;
  }

  /// Drops the marks of a missing field for those that turned out to be there.
  private static List<Field> settled(List<Field> fields) {
    Set<String> present = new HashSet<>();
    for (Field field : fields) {
      if (field.kind != Kind.MISSING && field.kind != Kind.MISSING_IN_EMPTY) {
        present.add(field.pointer);
      }
    }
    List<Field> settled = new ArrayList<>();
    for (Field field : fields) {
      boolean missing = field.kind == Kind.MISSING || field.kind == Kind.MISSING_IN_EMPTY;
      if (!missing || !present.contains(field.pointer)) {
        settled.add(field);
      }
    }
    settled.sort(java.util.Comparator.comparingInt(Field::start));
    return settled;
  }

  /// Writes the document with each token in the fields replaced, and each injected field set,
  /// escaped; all other bytes stay.
  static void replace(
      byte[] body,
      Collection<String> pointers,
      String what,
      List<SubstitutionPairs.Injected> injected,
      SubstitutionValues values,
      SubstitutionBuffer out) {
    int done = 0;
    for (Field field : fields(body, pointers, what)) {
      SubstitutionPairs.Injected set =
          injected.stream()
              .filter(each -> each.name().equals(field.pointer))
              .findFirst()
              .orElse(null);
      byte[] text = field.text.getBytes(StandardCharsets.UTF_8);
      List<TokenSpan> spans = TokenSpan.plain(text, 0, text.length).orElse(List.of());
      if (set == null && spans.isEmpty()) {
        continue;
      }
      out.put(body, done, field.start);
      done = field.end;
      if (set == null) {
        putReplaced(text, spans, values, out);
      } else {
        putInjected(field, values.forJson(set.number()), out);
      }
    }
    out.put(body, done, body.length);
  }

  private static void putReplaced(
      byte[] text, List<TokenSpan> spans, SubstitutionValues values, SubstitutionBuffer out) {
    int done = 0;
    out.put((byte) '"');
    for (TokenSpan span : spans) {
      out.putJsonEscaped(text, done, span.start());
      byte[] value = values.forJson(values.numberOf(span.token()));
      out.putJsonEscaped(value, 0, value.length);
      done = span.end();
    }
    out.putJsonEscaped(text, done, text.length);
    out.put((byte) '"');
  }

  private static void putInjected(Field field, byte[] value, SubstitutionBuffer out) {
    if (field.kind == Kind.STRUCTURE) {
      throw unreadable("field " + field.pointer, "it is an object or array");
    }
    boolean missing = field.kind == Kind.MISSING || field.kind == Kind.MISSING_IN_EMPTY;
    if (missing) {
      byte[] name = lastName(field.pointer).getBytes(StandardCharsets.UTF_8);
      out.put((byte) '"');
      out.putJsonEscaped(name, 0, name.length);
      out.put("\":");
    }
    out.put((byte) '"');
    out.putJsonEscaped(value, 0, value.length);
    out.put((byte) '"');
    if (field.kind == Kind.MISSING) {
      out.put((byte) ',');
    }
  }

  /// The last name of a pointer, unescaped.
  static String lastName(String pointer) {
    String last = pointer.substring(pointer.lastIndexOf('/') + 1);
    return last.replace("~1", "/").replace("~0", "~");
  }

  private static void requireUtf8(byte[] body, String what) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(body));
    } catch (java.nio.charset.CharacterCodingException e) {
      throw unreadable(what, "it is not UTF-8");
    }
    boolean mark = body.length > 2 && body[0] == (byte) 0xef && body[1] == (byte) 0xbb;
    boolean nul = false;
    for (byte b : body) {
      nul |= b == 0;
    }
    if (mark || nul) {
      throw unreadable(what, "it is not plain UTF-8");
    }
  }

  static RefusedException unreadable(String what, String why) {
    return RefusedException.of(
        ErrorCode.INVALID_REQUEST,
        "the " + what + " cannot carry a credential: " + why,
        "send one UTF-8 JSON document without duplicate keys");
  }
}
