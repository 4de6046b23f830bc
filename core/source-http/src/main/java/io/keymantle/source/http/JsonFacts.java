package io.keymantle.source.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// Reads what in an answer is no secret: numbers, versions, lists of names. They end up in Strings,
/// which nobody can zero; [JsonString] is for values.
public final class JsonFacts {
  private JsonFacts() {}

  /// The string, number or truth value at a JSON pointer; empty when there is none, or null.
  public static Optional<String> scalar(byte[] document, String pointer)
      throws MalformedContentException {
    Optional<String> found = Optional.empty();
    JsonPlace place = new JsonPlace(pointer);
    try (JsonParser parser = JsonPlace.JSON.createParser(ObjectReadContext.empty(), document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL && place.isAt(parser)) {
          found = Optional.of(parser.getString());
        }
      }
    } catch (JacksonException e) {
      throw JsonPlace.invalid();
    }
    return found;
  }

  /// A string of each object of an array; none when there is no such array.
  ///
  /// @param member a name, or a pointer in each object
  static List<String> members(byte[] document, String array, String member)
      throws MalformedContentException {
    List<String> found = new ArrayList<>();
    String inEach = member.startsWith("/") ? member : JsonString.step(member);
    String last = JsonPointer.compile(inEach).last().getMatchingProperty();
    try (JsonParser parser = JsonPlace.JSON.createParser(ObjectReadContext.empty(), document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING && last.equals(parser.currentName())) {
          String at = parser.streamReadContext().pathAsPointer().toString();
          int step = at.indexOf('/', array.length() + 1);
          if (at.startsWith(array + "/") && step > 0 && at.substring(step).equals(inEach)) {
            found.add(parser.getString());
          }
        }
      }
    } catch (JacksonException e) {
      throw JsonPlace.invalid();
    }
    return found;
  }

  /// The strings of the array, or the names of the members of the object, at a JSON pointer; none
  /// when there is neither.
  public static List<String> names(byte[] document, String pointer)
      throws MalformedContentException {
    List<String> found = new ArrayList<>();
    JsonPlace place = new JsonPlace(pointer);
    int depth = 0;
    try (JsonParser parser = JsonPlace.JSON.createParser(ObjectReadContext.empty(), document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart() && (depth > 0 || place.isAt(parser))) {
          depth++;
        } else if (token.isStructEnd() && depth > 0) {
          depth--;
        } else if (depth == 1 && token == JsonToken.PROPERTY_NAME) {
          found.add(parser.currentName());
        } else if (depth == 1
            && token == JsonToken.VALUE_STRING
            && parser.streamReadContext().inArray()) {
          found.add(parser.getString());
        }
      }
    } catch (JacksonException e) {
      throw JsonPlace.invalid();
    }
    return found;
  }
}
