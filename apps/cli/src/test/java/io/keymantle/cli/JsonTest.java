package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
  @Test
  void document_isRead_inItsOwnOrder() {
    JsonObject object =
        Json.object(
            bytes(
                " {\"b\":\"x\\u00e9\\n\\\"\", \"a\":[1,-2,{\"c\":true}], \"d\":1.5e3,"
                    + " \"n\":null} "));

    assertThat(object.members().keySet()).containsExactly("b", "a", "d");
    assertThat(object.text("b")).isEqualTo("x\u00e9\n\"");
    assertThat(object.members().get("a"))
        .isEqualTo(List.of(1L, -2L, new JsonObject(Map.of("c", true))));
    assertThat(object.members().get("d")).isEqualTo(1500.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\"}",
        "{\"a\":1,}",
        "[1 2]",
        "{} {}",
        "tru",
        "\"a",
        "{\"a\":\"\\u00\"}",
        "-",
        "1e",
        "{'a':1}",
        "\"\\x\""
      })
  void nonsense_isRefused(String text) {
    assertThatThrownBy(() -> Json.object(bytes(text))).isInstanceOf(RefusedException.class);
  }

  @Test
  void depth_isBounded() {
    assertThatThrownBy(() -> Json.object(bytes("[".repeat(100_000))))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void text_writtenAndRead_isTheSame() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        text.appendCodePoint(
            random.nextBoolean() ? random.nextInt(0x80) : 0x10000 + random.nextInt(0x1000));
      }
      String name = text.toString();

      assertThat(Json.object(Json.bytes(Map.of(name, name))).text(name)).isEqualTo(name);
    }
  }

  @Test
  void halfOfAPair_isWrittenEscaped() {
    assertThat(Json.text(List.of("\ud800x"))).isEqualTo("[\"\\ud800x\"]");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
