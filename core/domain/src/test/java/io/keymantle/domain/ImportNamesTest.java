package io.keymantle.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportNamesTest {
  private static final ImportNames ALL = new ImportNames(List.of(), "", "");

  @ParameterizedTest
  @CsvSource({
    "OPENAI_API_KEY, openai-api-key",
    "openai/api.key, openai-api-key",
    "secret/team/github/accessToken, secret-team-github-access-token",
    "/prod//db/, prod-db",
    "Größe, gr-e",
    "x%2Fy, x-y"
  })
  void name_isMadeOfThePlace(String place, String name) {
    assertThat(ALL.name(place)).hasToString(name);
  }

  @Test
  void name_leavesTheFolderOut_andHasThePrefix() {
    assertThat(new ImportNames(List.of(), "team-", "secret/team/").name("secret/team/github/token"))
        .hasToString("team-github-token");
  }

  @Test
  void longPlace_isCut() {
    assertThat(ALL.name("a".repeat(200)).value()).hasSize(64);
  }

  @Test
  void placeThatGivesNoName_isRefused() {
    assertThatThrownBy(() -> ALL.name("///")).isInstanceOf(RefusedException.class);
  }

  @Test
  void patterns_pickNames_andAreNoRegularExpressions() {
    ImportNames some = new ImportNames(List.of("openai-*", "a.b"), "", "");

    assertThat(some.takes(new CredentialName("openai-api-key"))).isTrue();
    assertThat(some.takes(new CredentialName("my-openai-api-key"))).isFalse();
    assertThat(some.takes(new CredentialName("a.b"))).isTrue();
    assertThat(some.takes(new CredentialName("axb"))).isFalse();
  }
}
