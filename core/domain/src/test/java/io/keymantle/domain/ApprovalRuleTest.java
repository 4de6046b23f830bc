package io.keymantle.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ApprovalRule.When;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a rule that asks people speaks of, and that no spelling goes around it.
class ApprovalRuleTest {
  private static final AgentName MAIN = new AgentName("main");
  private static final String API = "https://api.github.com";

  private static boolean asks(String pattern, String path) {
    return new When(Set.of(), Set.of(), Set.of(), List.of(new PathPattern(pattern)))
        .concerns(MAIN, API, "GET", path);
  }

  @Test
  void path_isTheSame_inAnotherCase_withASlashAtItsEnd_andWithParameters() {
    for (String path :
        List.of(
            "/Repos/acme/issues",
            "/repos/ACME/issues",
            "/repos/acme/issues/",
            "/repos/acme/issues;v=1",
            "/repos;a/acme;b/issues;c/")) {
      assertThat(asks("/repos/acme/issues", path)).as(path).isTrue();
      assertThat(asks("/repos/*/issues", path)).as(path).isTrue();
    }
    assertThat(asks("/Repos/Acme/**", "/repos/acme/x")).isTrue();
  }

  @Test
  void otherPaths_areNotAskedAbout() {
    assertThat(asks("/repos/acme/issues", "/repos/acme")).isFalse();
    assertThat(asks("/repos/acme/issues", "/repos/acme/issues2")).isFalse();
    assertThat(asks("/repos/*/issues", "/repos/acme/site/issues")).isFalse();
  }

  @Test
  void everyPart_thatIsThere_mustFit() {
    When when =
        new When(Set.of(MAIN), Set.of(API), Set.of("POST"), List.of(new PathPattern("/repos/**")));

    assertThat(when.concerns(MAIN, API, "POST", "/repos/a")).isTrue();
    assertThat(when.concerns(new AgentName("other"), API, "POST", "/repos/a")).isFalse();
    assertThat(when.concerns(MAIN, "https://other.example", "POST", "/repos/a")).isFalse();
    assertThat(when.concerns(MAIN, API, "GET", "/repos/a")).isFalse();
    assertThat(when.concerns(MAIN, API, "POST", "/user")).isFalse();
  }
}
