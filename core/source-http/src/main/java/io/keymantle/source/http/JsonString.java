package io.keymantle.source.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// Finds one string in a JSON document and gives its bytes.
///
/// Jackson walks the document but never decodes the value: it would leave it in a String or in a
/// pooled buffer that cannot be zeroed. It only says at which byte the string starts; the string is
/// decoded here, into an array that the caller owns. The whole document is walked, and a document
/// that names a member twice is refused, since readers differ on which one counts.
public final class JsonString {
  private JsonString() {}

  public static boolean isPointer(String text) {
    return text.startsWith("/") && !text.matches("(?s).*~([^01].*|)");
  }

  /// @param pointer RFC 6901, starting with `/`
  public static Optional<byte[]> find(byte[] document, String pointer)
      throws MalformedContentException {
    JsonPlace wanted = new JsonPlace(pointer);
    int start = -1;
    try (JsonParser parser = JsonPlace.JSON.createParser(ObjectReadContext.empty(), document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.PROPERTY_NAME || token.isStructEnd() || !wanted.isAt(parser)) {
          continue;
        }
        if (token != JsonToken.VALUE_STRING) {
          throw new MalformedContentException("has no string at " + pointer);
        }
        start = (int) parser.currentTokenLocation().getByteOffset();
      }
    } catch (JacksonException e) {
      throw JsonPlace.invalid();
    }
    return start < 0 ? Optional.empty() : Optional.of(decode(document, start));
  }

  /// The object or array at a JSON pointer, as it stands in the document.
  public static Optional<byte[]> whole(byte[] document, String pointer)
      throws MalformedContentException {
    JsonPlace wanted = new JsonPlace(pointer);
    int start = -1;
    int end = -1;
    try (JsonParser parser = JsonPlace.JSON.createParser(ObjectReadContext.empty(), document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart() && wanted.isAt(parser)) {
          start = (int) parser.currentTokenLocation().getByteOffset();
        } else if (token.isStructEnd() && wanted.isAt(parser)) {
          end = (int) parser.currentLocation().getByteOffset();
        }
      }
    } catch (JacksonException e) {
      throw JsonPlace.invalid();
    }
    return start < 0 || end < start
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(document, start, end));
  }

  /// The names of a JSON object's members, which are no secrets; none of what is no object.
  ///
  /// @throws MalformedContentException when it is no JSON
  public static List<String> members(byte[] document) throws MalformedContentException {
    int first = 0;
    while (first < document.length && document[first] <= ' ' && document[first] >= 0) {
      first++;
    }
    boolean object = first < document.length && document[first] == '{';
    return object ? JsonFacts.names(document, "") : List.of();
  }

  /// A name as one step of a JSON pointer.
  public static String step(String name) {
    return "/" + name.replace("~", "~0").replace("/", "~1");
  }

  private static byte[] decode(byte[] document, int start) throws MalformedContentException {
    if (document[start] != '"') {
      throw new MalformedContentException("is not UTF-8");
    }
    try (ZeroedBytes out = new ZeroedBytes(document.length - start)) {
      int at = start + 1;
      while (document[at] != '"') {
        if (document[at] != '\\') {
          out.write(document[at++]);
          continue;
        }
        at = escape(document, at + 1, out);
      }
      return out.toByteArray();
    }
  }

  /// Decodes the escape whose letter is at `at`; returns where the string goes on.
  private static int escape(byte[] document, int at, ZeroedBytes out)
      throws MalformedContentException {
    switch (document[at]) {
      case 'b' -> out.write('\b');
      case 'f' -> out.write('\f');
      case 'n' -> out.write('\n');
      case 'r' -> out.write('\r');
      case 't' -> out.write('\t');
      case 'u' -> {
        return unicode(document, at + 1, out);
      }
      default -> out.write(document[at]);
    }
    return at + 1;
  }

  private static int unicode(byte[] document, int at, ZeroedBytes out)
      throws MalformedContentException {
    char unit = unit(document, at);
    if (!Character.isSurrogate(unit)) {
      character(unit, out);
      return at + 4;
    }
    if (document[at + 4] != '\\' || document[at + 5] != 'u') {
      throw new MalformedContentException("has half a surrogate pair in the value");
    }
    char low = unit(document, at + 6);
    if (!Character.isSurrogatePair(unit, low)) {
      throw new MalformedContentException("has half a surrogate pair in the value");
    }
    character(Character.toCodePoint(unit, low), out);
    return at + 10;
  }

  private static void character(int codePoint, ZeroedBytes out) {
    byte[] encoded = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    out.write(encoded, 0, encoded.length);
    Arrays.fill(encoded, (byte) 0);
  }

  private static char unit(byte[] document, int at) {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      unit = unit << 4 | Character.digit(document[at + i], 16);
    }
    return (char) unit;
  }
}
