package io.keymantle.source.keychain;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How an item of a keychain is named in a reference.
sealed interface ItemName {
  /// The form in which it stands in a reference; what [#parse] gives it back from.
  String text();

  /// `SERVICE/ACCOUNT`, what most programs file their logins under. The last slash parts them, so
  /// that a service may be an address.
  record Login(String service, String account) implements ItemName {
    @Override
    public String text() {
      return encoded(service).replace("%2F", "/") + "/" + encoded(account);
    }
  }

  /// `?attribute=value&other=value`: an item that has all of these.
  record Attributes(Map<String, String> values) implements ItemName {
    public Attributes {
      values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    Optional<String> value(String attribute) {
      return Optional.ofNullable(values.get(attribute));
    }

    @Override
    public String text() {
      return values.entrySet().stream()
          .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
          .collect(Collectors.joining("&", "?", ""));
    }
  }

  /// @param text the locator of a reference, without `#` and what is behind it
  /// @throws RefusedException with `invalid_configuration` when it names nothing
  static ItemName parse(String text, String scheme) {
    if (text.startsWith("?")) {
      return attributes(text.substring(1), scheme);
    }
    int slash = text.lastIndexOf('/');
    if (slash < 1) {
      throw malformed("a keychain's item is named by a service and an account", scheme);
    }
    return new Login(
        decoded(text.substring(0, slash), scheme), decoded(text.substring(slash + 1), scheme));
  }

  private static ItemName attributes(String text, String scheme) {
    Map<String, String> values = new TreeMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw malformed("after ? comes an attribute and its value", scheme);
      }
      String name = decoded(pair.substring(0, equals), scheme);
      if (values.put(name, decoded(pair.substring(equals + 1), scheme)) != null) {
        throw malformed("attribute " + name + " is named twice", scheme);
      }
    }
    return new Attributes(values);
  }

  private static String decoded(String text, String scheme) {
    String plain;
    try {
      // A plus is a plus here: only forms write spaces so.
      plain = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed("a % is written %25 in it", scheme);
    }
    if (plain.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == 0xfffd)) {
      throw malformed("there is a character in it that no name has", scheme);
    }
    return plain;
  }

  /// What would end a name or be taken for its percent sign; all else stands as it is.
  private static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (c < 0x80 && "%/?#&=".indexOf(c) >= 0) {
            out.append(String.format("%%%02X", c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }

  private static RefusedException malformed(String message, String scheme) {
    return RefusedException.of(
        ErrorCode.INVALID_CONFIGURATION,
        message,
        "write " + scheme + ":SERVICE/ACCOUNT or " + scheme + ":?attribute=value&other=value");
  }
}
