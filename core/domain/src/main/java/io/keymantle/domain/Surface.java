package io.keymantle.domain;

import java.util.Locale;
import java.util.regex.Pattern;

/// The one place in a request where a credential may appear. The text forms are
/// `header:authorization`, `query:api_key`, `path`, `json:/a/b` (RFC 6901 pointer) and
/// `form:client_secret`.
public sealed interface Surface {
  /// An HTTP header, by lower-case name. A token is found bare, after `Bearer `, `token ` and the
  /// like, and inside the base64 of `Basic`.
  record Header(String name) implements Surface {
    private static final Pattern FIELD_NAME = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,64}");

    public Header {
      if (!FIELD_NAME.matcher(name).matches() || FORBIDDEN.contains("|" + name + "|")) {
        throw RefusedException.of(
            ErrorCode.INVALID_BINDING,
            "header '" + name.replaceAll("[^ -~]", "?") + "' cannot carry a credential",
            "use the header that the service documents, such as header:authorization or"
                + " header:x-api-key");
      }
    }

    // Headers that steer the message or that servers log and forward as a matter of course.
    private static final String FORBIDDEN =
        "|host|content-length|transfer-encoding|connection|te|trailer|upgrade|expect|proxy-authorization|keep-alive|"
            + "|referer|user-agent|origin|x-forwarded-for|x-forwarded-host|forwarded|via|range|if-range|content-type|"
            + "|content-encoding|accept-encoding|sec-websocket-key|sec-websocket-accept|sec-websocket-extensions|";

    @Override
    public String toString() {
      return "header:" + name;
    }
  }

  /// A query parameter, by exact decoded name.
  record Query(String name) implements Surface {
    @Override
    public String toString() {
      return "query:" + name;
    }
  }

  /// One whole or partial path segment.
  record Path() implements Surface {
    @Override
    public String toString() {
      return "path";
    }
  }

  /// A string field of a JSON body, by RFC 6901 pointer.
  record JsonField(String pointer) implements Surface {
    @Override
    public String toString() {
      return "json:" + pointer;
    }
  }

  /// A field of an `application/x-www-form-urlencoded` body, by exact decoded name.
  record FormField(String name) implements Surface {
    @Override
    public String toString() {
      return "form:" + name;
    }
  }

  /// Where a credential goes when its binding does not say.
  Surface DEFAULT = new Header("authorization");

  /// @throws RefusedException with [ErrorCode#INVALID_BINDING] when the text names no surface
  static Surface parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String name = colon < 0 ? "" : text.substring(colon + 1);
    if (kind.equals("header") && !name.isEmpty()) {
      return new Header(name.toLowerCase(Locale.ROOT));
    }
    if (kind.equals("query") && !name.isEmpty()) {
      return new Query(name);
    }
    if (text.equals("path")) {
      return new Path();
    }
    if (kind.equals("json") && name.startsWith("/")) {
      return new JsonField(name);
    }
    if (kind.equals("form") && !name.isEmpty()) {
      return new FormField(name);
    }
    throw RefusedException.of(
        ErrorCode.INVALID_BINDING,
        "'" + text.replaceAll("[^ -~]", "?") + "' is not a surface",
        "use header:NAME, query:NAME, path, json:/POINTER or form:NAME");
  }
}
