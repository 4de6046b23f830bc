package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// docs/attacks.md lists every attack, and every test that it names is there.
class AttacksPageTest {
  private static final int ROWS = 17;
  private static final Pattern REFERENCE = Pattern.compile("`(\\w+(?:IT|Test|E2E))\\.(\\w+)`");

  private final Map<String, String> sources =
      Sources.all().stream()
          .filter(file -> Sources.relative(file).contains("/src/test/"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  Sources::text,
                  (one, other) -> one + other));

  private final List<String> rows =
      Sources.text(Sources.ROOT.resolve("docs/attacks.md"))
          .lines()
          .filter(line -> line.startsWith("| A"))
          .toList();

  @Test
  void every_row_stands_once_and_in_order() {
    assertThat(rows)
        .extracting((Function<String, String>) row -> row.split("\\|")[1].strip())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, ROWS).mapToObj(n -> "A" + n).toList());
  }

  @Test
  void every_row_names_a_test() {
    assertThat(rows).allSatisfy(row -> assertThat(REFERENCE.matcher(row).find()).as(row).isTrue());
  }

  @Test
  void every_test_that_is_named_exists() {
    List<String> missing = new ArrayList<>();
    for (String row : rows) {
      Matcher reference = REFERENCE.matcher(row);
      while (reference.find()) {
        String source = sources.getOrDefault(reference.group(1), "");
        if (!source.contains("void " + reference.group(2) + "(")) {
          missing.add(reference.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }
}
