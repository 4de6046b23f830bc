package io.keymantle.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DotenvTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> all(String text) throws MalformedDotenvException {
    Map<String, String> found = new LinkedHashMap<>();
    for (Dotenv.Variable each : Dotenv.all(bytes(text))) {
      found.put(each.name(), new String(each.value(), StandardCharsets.UTF_8));
    }
    return found;
  }

  @Test
  void allVariables_areRead_asOneIs() throws Exception {
    String file =
        """
        # a comment with A=B
        export OPENAI_API_KEY = sk-1 # why
        EMPTY=
        QUOTED="two\\nlines # and no comment"
        SINGLE='as $it is'
        MANY="first
        SECOND=no variable"
        no assignment here
        LAST=x\
        """;

    assertThat(all(file))
        .containsExactly(
            Map.entry("OPENAI_API_KEY", "sk-1"),
            Map.entry("EMPTY", ""),
            Map.entry("QUOTED", "two\nlines # and no comment"),
            Map.entry("SINGLE", "as $it is"),
            Map.entry("MANY", "first\nSECOND=no variable"),
            Map.entry("LAST", "x"));
    for (String name : List.of("OPENAI_API_KEY", "QUOTED", "MANY", "LAST")) {
      assertThat(new String(Dotenv.find(bytes(file), name).orElseThrow(), StandardCharsets.UTF_8))
          .isEqualTo(all(file).get(name));
    }
  }

  @Test
  void windowsLineEnds_areNoPartOfValues() throws Exception {
    assertThat(all("A=1\r\nB=2\r\n")).containsExactly(Map.entry("A", "1"), Map.entry("B", "2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A=canary\nA=canary", "A=\"canary", "not a name=canary"})
  void fileThatReadersReadDifferently_isRefused_withoutAValue(String file) {
    assertThatThrownBy(() -> Dotenv.all(bytes(file)))
        .isInstanceOf(MalformedDotenvException.class)
        .hasMessageNotContaining("canary");
  }

  @Test
  void closedVariable_isZeroed() throws Exception {
    Dotenv.Variable variable = Dotenv.all(bytes("A=canary")).getFirst();
    byte[] value = variable.value();

    variable.close();

    assertThat(value).containsOnly(0);
  }
}
