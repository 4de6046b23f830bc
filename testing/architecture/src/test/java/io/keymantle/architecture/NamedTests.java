package io.keymantle.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tests that a page of the docs names, as in `RevocationIT.grantRevoked_closesIt`.
final class NamedTests {
  private static final Pattern REFERENCE = Pattern.compile("`(\\w+(?:IT|Test|E2E))\\.(\\w+)`");

  private final Map<String, String> sources =
      Sources.all().stream()
          .filter(file -> Sources.relative(file).contains("/src/test/"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  Sources::text,
                  (one, other) -> one + other));

  static boolean isOneIn(String text) {
    return REFERENCE.matcher(text).find();
  }

  /// Those in the lines that are not there.
  List<String> missing(List<String> lines) {
    List<String> missing = new ArrayList<>();
    for (String line : lines) {
      Matcher reference = REFERENCE.matcher(line);
      while (reference.find()) {
        String source = sources.getOrDefault(reference.group(1), "");
        if (!source.contains("void " + reference.group(2) + "(")) {
          missing.add(reference.group());
        }
      }
    }
    return missing;
  }
}
