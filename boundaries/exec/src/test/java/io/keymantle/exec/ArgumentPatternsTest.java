package io.keymantle.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentPatternsTest {
  @Test
  void patterns_matchArgumentByArgument() {
    assertThat(ArgumentPatterns.match(List.of(), List.of())).isTrue();
    assertThat(ArgumentPatterns.match(List.of(), List.of("x"))).isFalse();
    assertThat(ArgumentPatterns.match(List.of("-c", "*"), List.of("-c", "select 1"))).isTrue();
    assertThat(ArgumentPatterns.match(List.of("-c", "*"), List.of("-c"))).isFalse();
    assertThat(ArgumentPatterns.match(List.of("-c", "*"), List.of("-c", "a", "b"))).isFalse();
    assertThat(ArgumentPatterns.match(List.of("a*b*c"), List.of("a-b-b-c"))).isTrue();
    assertThat(ArgumentPatterns.match(List.of("a*b*c"), List.of("a-b-b-"))).isFalse();
    assertThat(ArgumentPatterns.match(List.of("a?[x].*"), List.of("ab[x].y"))).isFalse();
    assertThat(ArgumentPatterns.match(List.of("*"), List.of(""))).isTrue();
    assertThat(ArgumentPatterns.match(List.of("a"), List.of("a\nb"))).isFalse();
  }

  @Test
  void doubleStar_atTheEnd_standsForAnyFurtherArguments() {
    assertThat(ArgumentPatterns.match(List.of("get", "**"), List.of("get"))).isTrue();
    assertThat(ArgumentPatterns.match(List.of("get", "**"), List.of("get", "a", "b"))).isTrue();
    assertThat(ArgumentPatterns.match(List.of("get", "**"), List.of("put", "a"))).isFalse();
  }

  @Test
  void doubleStar_elsewhere_matchesNothing() {
    assertThat(ArgumentPatterns.match(List.of("**", "get"), List.of("a", "get"))).isFalse();
    assertThat(ArgumentPatterns.match(List.of("**", "get"), List.of("get"))).isFalse();
  }
}
