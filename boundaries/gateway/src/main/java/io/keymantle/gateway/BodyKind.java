package io.keymantle.gateway;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the body of a request is, as far as surfaces are concerned.
enum BodyKind {
  NONE,
  JSON,
  FORM,
  /// No surface: uploads, multipart, text.
  OTHER,
  /// Has a `Content-Encoding`: no surface, since it is not rewritten.
  ENCODED;

  static BodyKind of(HeaderFields fields) {
    if (isEncoded(fields)) {
      return ENCODED;
    }
    // Two types are one too many to know what the server reads.
    return fields.count("content-type") > 1 ? OTHER : ofType(fields.value("content-type"));
  }

  /// Whether a `Content-Encoding` other than identity is there.
  static boolean isEncoded(HeaderFields fields) {
    for (int i = fields.find("content-encoding");
        i >= 0;
        i = fields.find("content-encoding", i + 1)) {
      String encoding = fields.value(i).strip();
      if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
        return true;
      }
    }
    return false;
  }

  static BodyKind ofType(@Nullable String contentType) {
    if (contentType == null) {
      return OTHER;
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    String name = type.strip().toLowerCase(Locale.ROOT);
    if (name.equals("application/json") || name.endsWith("+json")) {
      return JSON;
    }
    return name.equals("application/x-www-form-urlencoded") ? FORM : OTHER;
  }

  /// Whether a place can be in a body of this kind.
  boolean holds(SubstitutionPlace place) {
    return switch (this) {
      case JSON -> place.kind() == SubstitutionPlace.Kind.JSON;
      case FORM -> place.kind() == SubstitutionPlace.Kind.FORM;
      case NONE, OTHER, ENCODED -> false;
    };
  }
}
