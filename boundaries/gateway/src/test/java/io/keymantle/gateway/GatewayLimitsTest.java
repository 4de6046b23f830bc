package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// docs/limits.md says what the code does.
final class GatewayLimitsTest {
  private static List<String[]> rows() throws IOException {
    Path page = Path.of("docs/limits.md");
    for (int up = 0; up < 3 && !Files.exists(page); up++) {
      page = Path.of("..").resolve(page);
    }
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("| ") && line.contains("`"))
        .map(line -> line.split("\\|"))
        .toList();
  }

  private static String shown(Object value) {
    if (value instanceof Duration time) {
      return time.isZero()
          ? "0"
          : time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }
    int number = (Integer) value;
    if (number >= 1 << 20) {
      return (number >> 20) + " MiB";
    }
    return number >= 16 * 1024 && number % 1024 == 0
        ? (number >> 10) + " KiB"
        : String.format(Locale.ROOT, "%,d", number);
  }

  @Test
  void page_namesEveryLimitWithItsDefault() throws Exception {
    Set<String> named = rows().stream().map(row -> row[2].strip()).collect(Collectors.toSet());
    for (var component : GatewayLimits.class.getRecordComponents()) {
      assertThat(named).contains("`" + component.getName() + "`");
    }
    for (String[] row : rows()) {
      String name = row[2].strip().replace("`", "");
      if (name.equals("fixed")) {
        continue;
      }
      Object value = GatewayLimits.class.getDeclaredMethod(name).invoke(GatewayLimits.DEFAULT);
      String text =
          name.startsWith("connections")
              ? String.format(Locale.ROOT, "%,d", (Integer) value)
              : shown(value);
      assertThat(row[3].strip()).isEqualTo(text);
    }
  }

  @Test
  void page_namesRealCodesWithTheirStatus() throws Exception {
    for (String[] row : rows()) {
      if (!row[4].strip().equals("–")) {
        String code = row[5].strip().replace("`", "").toUpperCase(Locale.ROOT);
        assertThat(ErrorCode.valueOf(code).httpStatus())
            .as(Arrays.toString(row))
            .isEqualTo(Integer.parseInt(row[4].strip()));
      }
    }
  }

  @Test
  void limit_belowOne_isRefused() {
    GatewayLimits d = GatewayLimits.DEFAULT;
    assertThatThrownBy(() ->
            new GatewayLimits(
                0,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                0,
                1,
                d.handshake(),
                d.head(),
                d.idle(),
                d.replyHeadWait(),
                d.total()))
        .hasMessageContaining("request-head");
    assertThatThrownBy(() ->
            new GatewayLimits(
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                0,
                1,
                d.handshake(),
                Duration.ZERO,
                d.idle(),
                d.replyHeadWait(),
                d.total()))
        .hasMessageContaining("head");
  }
}
