package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Rules of the house that a compiler does not hold; each says why.
class HouseRulesTest {

  /// docs/design.md R3: plaintext is read where a value is made or enveloped, by `redeem` for
  /// boundaries, by `factors` for the seeds of people's own codes, and by `source-http` for what
  /// sources log in with.
  private static final Set<String> MAY_MINT_ACCESS =
      Set.of(
          "core/secret/",
          "core/keys/",
          "core/redaction/",
          "core/source-http/",
          "broker/factors/",
          "broker/redeem/",
          "apps/server/",
          "testing/");

  @Test
  void access_to_plaintext_is_minted_only_where_the_design_allows_it() {
    assertThat(offenders(text -> text.contains("insecureMint()"), MAY_MINT_ACCESS)).isEmpty();
  }

  @Test
  void every_package_says_what_it_is_for() {
    Set<String> silent = new TreeSet<>();
    for (Path file : Sources.main()) {
      if (!Sources.relative(file).startsWith("testing/")
          && !Files.exists(file.resolveSibling("package-info.java"))) {
        silent.add(Sources.relative(file.getParent()));
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void no_file_is_past_500_lines() {
    assertThat(Sources.all())
        .allSatisfy(file ->
            assertThat(Sources.text(file).lines().count())
                .as(Sources.relative(file))
                .isLessThanOrEqualTo(500));
  }

  /// R6: state that a test cannot replace is state that two tests share.
  @Test
  void there_is_no_static_mutable_state() {
    Pattern field =
        Pattern.compile(
            "(?m)^ {2,4}(?:private |protected |public )?(?:volatile )?static"
                + " (?!final|class|record|interface|enum|sealed|abstract|non-sealed|volatile"
                + " final)[\\w<>\\[\\], .?]+ \\w+( =[^=]|;)");
    assertThat(offenders(text -> field.matcher(text).find(), Set.of())).isEmpty();
  }

  /// Libraries log through System.Logger; only apps talk to a terminal.
  @Test
  void only_apps_and_the_relay_write_to_the_standard_streams() {
    assertThat(
            offenders(
                text ->
                    text.contains("System.out")
                        || text.contains("System.err")
                        || text.contains("printStackTrace"),
                Set.of("apps/", "testing/bench/", "core/sandbox/")))
        .isEmpty();
  }

  @Test
  void no_test_is_switched_off_or_cannot_fail() {
    List<String> wrong =
        Sources.all().stream()
            .filter(file -> !file.endsWith("HouseRulesTest.java"))
            .filter(file ->
                Pattern.compile(
                        "@Disabled|assertTrue\\(true\\)|assumeTrue\\(false\\)|Thread\\.sleep\\(|TODO|FIXME")
                    .matcher(Sources.text(file))
                    .find())
            .map(Sources::relative)
            .filter(name -> name.contains("/src/test/"))
            .toList();
    assertThat(wrong).isEmpty();
  }

  @Test
  void rules_find_what_they_look_for() {
    assertThat(offenders(text -> text.contains("insecureMint()"), Set.of())).isNotEmpty();
  }

  private static List<String> offenders(Predicate<String> breaks, Set<String> allowed) {
    return Sources.main().stream()
        .filter(file -> breaks.test(Sources.text(file)))
        .map(Sources::relative)
        .filter(name -> allowed.stream().noneMatch(name::startsWith))
        .toList();
  }
}
