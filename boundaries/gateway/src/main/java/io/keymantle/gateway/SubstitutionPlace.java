package io.keymantle.gateway;

import io.keymantle.domain.Surface;
import java.nio.charset.StandardCharsets;

/// A place of a request in which a broker token stands.
///
/// @param name of the header (lower case), parameter or field, or the JSON pointer; for
///   [Kind#ELSEWHERE] a few words on where it is; empty for [Kind#PATH]
record SubstitutionPlace(Kind kind, String name) {
  static final SubstitutionPlace PATH = new SubstitutionPlace(Kind.PATH, "");

  /// The kinds of surfaces, and all places that are none.
  enum Kind {
    HEADER,
    QUERY,
    PATH,
    JSON,
    FORM,
    ELSEWHERE
  }

  static SubstitutionPlace of(Surface surface) {
    return switch (surface) {
      case Surface.Header header -> new SubstitutionPlace(Kind.HEADER, header.name());
      case Surface.Query query -> new SubstitutionPlace(Kind.QUERY, query.name());
      case Surface.Path path -> PATH;
      case Surface.JsonField field -> new SubstitutionPlace(Kind.JSON, field.pointer());
      case Surface.FormField field -> new SubstitutionPlace(Kind.FORM, field.name());
    };
  }

  static SubstitutionPlace elsewhere(String where) {
    return new SubstitutionPlace(Kind.ELSEWHERE, where);
  }

  boolean isBody() {
    return kind == Kind.JSON || kind == Kind.FORM;
  }

  /// Words for an error message: printable, short, without a token.
  @Override
  public String toString() {
    String shown = shown(name);
    return switch (kind) {
      case HEADER -> "header " + shown;
      case QUERY -> "query parameter " + shown;
      case PATH -> "the path";
      case JSON -> "JSON field " + shown;
      case FORM -> "form field " + shown;
      case ELSEWHERE -> shown;
    };
  }

  /// A name for a message: printable, short, and none when it holds a token itself.
  static String shown(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (!TokenScanner.scan(bytes, 0, bytes.length).isEmpty()) {
      return "(a broker token)";
    }
    String printable = name.replaceAll("[^ -~]", "?");
    return printable.length() <= 128 ? printable : printable.substring(0, 128) + "…";
  }
}
