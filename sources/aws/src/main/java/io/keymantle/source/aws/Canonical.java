package io.keymantle.source.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A request in the one form in which it is signed. All of its headers are.
///
/// @param text the canonical request
/// @param signedHeaders their names, joined by semicolons
record Canonical(String text, String signedHeaders) {
  /// @param path as it is sent
  /// @param headers names and values in turn
  static Canonical of(String method, String path, String query, List<String> headers, byte[] body) {
    Map<String, String> sorted = new TreeMap<>();
    for (int i = 0; i < headers.size(); i += 2) {
      String value = headers.get(i + 1).strip().replaceAll(" +", " ");
      sorted.merge(
          headers.get(i).toLowerCase(Locale.ROOT), value, (first, next) -> first + "," + next);
    }
    StringBuilder lines = new StringBuilder();
    sorted.forEach((name, value) -> lines.append(name).append(':').append(value).append('\n'));
    String signed = String.join(";", sorted.keySet());
    return new Canonical(
        String.join(
            "\n", method, path(path), query(query), lines.toString(), signed, Signature.hash(body)),
        signed);
  }

  private static String path(String path) {
    ArrayDeque<String> kept = new ArrayDeque<>();
    for (String segment : path.split("/")) {
      if (segment.equals("..")) {
        kept.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.add(encode(segment));
      }
    }
    boolean folder = path.endsWith("/") && !kept.isEmpty();
    return "/" + String.join("/", kept) + (folder ? "/" : "");
  }

  private static String query(String query) {
    List<String> pairs = new ArrayList<>();
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        pairs.add(encode(decode(name)) + "=" + encode(decode(value)));
      }
    }
    pairs.sort(null);
    return String.join("&", pairs);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /// All but RFC 3986's unreserved characters by their bytes.
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      if (isUnreserved(c)) {
        encoded.append(c);
      } else {
        encoded.append('%').append("%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }

  static boolean isUnreserved(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }
}
