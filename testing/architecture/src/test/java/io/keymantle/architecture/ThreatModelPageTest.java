package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// docs/threat-model.md names for every attack and every risk of OWASP's list the tests that show
/// its control, and they are there.
class ThreatModelPageTest {
  private static final int ATTACKS = 14;
  private static final int RISKS = 10;

  private final String page = Sources.text(Sources.ROOT.resolve("docs/threat-model.md"));
  private final List<String> attacks = rows("## Attacks and controls");
  private final List<String> risks = rows("## OWASP");

  /// The rows of the table below a heading.
  private List<String> rows(String heading) {
    String below = page.substring(page.indexOf(heading) + heading.length());
    String section = below.substring(0, below.indexOf("\n## "));
    return section
        .lines()
        .filter(line -> line.startsWith("| ") && !line.endsWith("| shown by |"))
        .toList();
  }

  @Test
  void every_attack_and_every_risk_names_a_test() {
    assertThat(attacks).hasSizeGreaterThanOrEqualTo(ATTACKS).allMatch(NamedTests::isOneIn);
    assertThat(risks).hasSize(RISKS).allMatch(NamedTests::isOneIn);
  }

  @Test
  void every_test_that_is_named_exists() {
    assertThat(new NamedTests().missing(page.lines().toList())).isEmpty();
  }
}
