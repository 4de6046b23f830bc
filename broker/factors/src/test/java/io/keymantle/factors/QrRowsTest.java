package io.keymantle.factors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class QrRowsTest {
  @Test
  void rows_areASquareWithItsFinders() {
    List<String> rows = QrRows.of("otpauth://totp/Keymantle:alice?secret=GEZDGNBVGY3TQOJQ");

    assertThat(rows).hasSizeGreaterThan(21).allMatch(row -> row.matches("[01]+"));
    assertThat(rows).allMatch(row -> row.length() == rows.size());
    for (String edge : List.of(rows.getFirst(), rows.get(6))) {
      assertThat(edge).startsWith("11111110");
    }
    assertThat(rows.getLast()).startsWith("11111110");
    assertThat(rows.getFirst()).endsWith("01111111");
  }
}
