package io.keymantle.source.http;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.json.JsonFactory;

/// A place in a document, and how the document is walked to it: a document that names a member
/// twice is refused, since readers differ on which one counts.
final class JsonPlace {
  static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final JsonPointer wanted;

  /// @param pointer RFC 6901, starting with `/`
  JsonPlace(String pointer) {
    this.wanted = JsonPointer.compile(pointer);
  }

  /// Whether the value that starts or ends with the parser's token stands here.
  boolean isAt(JsonParser parser) {
    TokenStreamContext context = parser.streamReadContext();
    // At the start of an object or array the context is already the inner one.
    TokenStreamContext at = parser.currentToken().isStructStart() ? context.getParent() : context;
    return at != null && at.pathAsPointer().equals(wanted);
  }

  /// Jackson's own message quotes the document.
  static MalformedContentException invalid() {
    return new MalformedContentException("is not valid JSON");
  }
}
