package io.keymantle.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginFileTest {
  @TempDir Path folder;

  private SourceException failure(Path file) {
    SourceException why =
        catchThrowableOfType(SourceException.class, () -> LoginFile.read(file, "mount it"));
    assertThat(why.reason()).isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(why.fix()).isEqualTo("mount it");
    return why;
  }

  @Test
  void file_isReadWhole_andAnew() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "first");
    assertThat(LoginFile.read(file, "")).asString(UTF_8).isEqualTo("first");

    Files.writeString(file, "second");

    assertThat(LoginFile.read(file, "")).asString(UTF_8).isEqualTo("second");
  }

  @Test
  void fileThatIsMissing_aFolder_orFarTooLong_isRefused_byItsName() throws Exception {
    Path huge = Files.write(folder.resolve("long"), new byte[64 * 1024 + 1]);

    assertThat(failure(folder.resolve("none"))).hasMessageContaining("none cannot be read");
    assertThat(failure(folder)).hasMessageContaining("cannot be read");
    assertThat(failure(huge)).hasMessageContaining("long cannot be read");
  }

  @ParameterizedTest
  @CsvSource({"' \n token \r\n', token", "token, token", "' \n', ''", "'a b', 'a b'"})
  void whiteSpaceAroundAToken_isNotOfIt(String text, String token) {
    assertThat(LoginFile.stripped(text.getBytes(UTF_8))).asString(UTF_8).isEqualTo(token);
  }
}
