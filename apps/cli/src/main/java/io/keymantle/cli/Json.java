package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads and writes JSON as plain trees of [JsonObject], [List], [String], [Long], [Double] and
/// [Boolean].
final class Json {
  private Json() {}

  /// Reads one document; what is no object reads as an empty one.
  ///
  /// @throws RefusedException with `upstream_invalid` when it is not JSON
  static JsonObject object(byte[] document) {
    try {
      return document.length > 0 && JsonReader.read(document) instanceof JsonObject object
          ? object
          : JsonObject.EMPTY;
    } catch (IllegalArgumentException e) {
      throw RefusedException.of(
          ErrorCode.UPSTREAM_INVALID,
          "the broker's answer is not JSON",
          "use the command line and broker of one version: keymantle status");
    }
  }

  /// Writes a tree on one line.
  static String text(@Nullable Object tree) {
    StringBuilder out = new StringBuilder(256);
    write(out, tree);
    return out.toString();
  }

  static byte[] bytes(@Nullable Object tree) {
    return text(tree).getBytes(StandardCharsets.UTF_8);
  }

  private static void write(StringBuilder out, @Nullable Object tree) {
    switch (tree) {
      case null -> out.append("null");
      case JsonObject object -> write(out, object.members());
      case Map<?, ?> map -> {
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator();
            each.hasNext(); ) {
          Map.Entry<?, ?> member = each.next();
          quote(out, String.valueOf(member.getKey()));
          out.append(':');
          write(out, member.getValue());
          out.append(each.hasNext() ? "," : "");
        }
        out.append('}');
      }
      case Iterable<?> list -> {
        out.append('[');
        for (Iterator<?> each = list.iterator(); each.hasNext(); ) {
          write(out, each.next());
          out.append(each.hasNext() ? "," : "");
        }
        out.append(']');
      }
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      default -> quote(out, tree.toString());
    }
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // Beside the controls, halves of pairs: alone they are no UTF-8.
          boolean lonely =
              Character.isSurrogate(c)
                  && !(Character.isHighSurrogate(c)
                      && i + 1 < text.length()
                      && Character.isLowSurrogate(text.charAt(i + 1)))
                  && !(Character.isLowSurrogate(c)
                      && i > 0
                      && Character.isHighSurrogate(text.charAt(i - 1)));
          if (c < ' ' || c == 0x7f || lonely) {
            out.append("\\u").append(hex(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static String hex(char c) {
    String digits = Integer.toHexString(c);
    return "0000".substring(digits.length()) + digits;
  }

  /// A problem as on the HTTP faces.
  static String problem(Problem problem) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("code", problem.code().text());
    problem.credential().ifPresent(name -> members.put("credential", name.value()));
    members.put("message", problem.message());
    members.put("fix", problem.fix());
    return text(members);
  }
}
