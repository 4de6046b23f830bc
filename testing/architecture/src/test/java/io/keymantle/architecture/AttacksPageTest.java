package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// docs/attacks.md lists every attack, and every test that it names is there.
class AttacksPageTest {
  private static final int ROWS = 17;

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
    assertThat(rows).allMatch(NamedTests::isOneIn);
  }

  @Test
  void every_test_that_is_named_exists() {
    assertThat(new NamedTests().missing(rows)).isEmpty();
  }
}
