package io.keymantle.source.local;

import static io.keymantle.source.local.SourceFixture.CANARY;
import static io.keymantle.source.local.SourceFixture.read;
import static io.keymantle.source.local.SourceFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnvironmentSourceTest {
  private final EnvironmentSource source =
      new EnvironmentSource(
          Map.of("TOKEN", CANARY, "UMLAUT", "schlüssel", "EMPTY", "", "LONG", "x".repeat(65_537)));

  @Test
  void variable_thatIsSet_isRead() {
    assertThat(source.scheme()).isEqualTo("env");
    assertThat(read(source, "env:TOKEN")).isEqualTo(CANARY);
    assertThat(read(source, "env:UMLAUT")).isEqualTo("schlüssel");
  }

  @Test
  void variable_thatIsMissingOrEmpty_isNotFound() {
    assertThat(refusal(source, "env:OTHER").code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    assertThat(refusal(source, "env:OTHER").message()).contains("OTHER");
    assertThat(refusal(source, "env:token").code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    assertThat(refusal(source, "env:EMPTY").code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
  }

  @Test
  void variable_thatIsTooLong_fails() {
    assertThat(refusal(source, "env:LONG").code()).isEqualTo(ErrorCode.SOURCE_FAILED);
  }

  @Test
  void reference_thatNamesNoVariable_isRefused() {
    for (String reference :
        new String[] {"env", "env:", "env:A B", "env:1A", "env:A=B", "env:A\n"}) {
      assertThat(refusal(source, reference).code())
          .as(reference)
          .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    }
  }
}
