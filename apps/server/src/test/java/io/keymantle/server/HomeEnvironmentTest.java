package io.keymantle.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HomeEnvironmentTest {
  private static final String SECRET = "Hk2vQ8xLz5Tn1Wc7Rb4Yd9Pf3Gj6MsVaXeUoIqKtCyEwNrBhDlZ0";

  @TempDir Path folder;

  private HomeEnvironment read(Map<String, String> process) {
    return HomeEnvironment.of(new HomeDirectory(folder), process);
  }

  private Path file(String content, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve(".env"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private ErrorCode refusal() {
    return catchThrowableOfType(RefusedException.class, () -> read(Map.of())).problem().code();
  }

  @Test
  void file_setsWhatTheProcessDoesNot_andTheSecretsReachNoSource() throws IOException {
    file(
        "KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD='of the file 12'\nexport HTTPS_PROXY=http://file\n"
            + "KEYMANTLE_SESSION_SECRET="
            + SECRET
            + "\nOTHER=ignored\n",
        "rw-------");

    HomeEnvironment read = read(Map.of("HTTPS_PROXY", "http://process", "PATH", "/bin"));

    assertThat(read.variables())
        .containsOnly(Map.entry("HTTPS_PROXY", "http://process"), Map.entry("PATH", "/bin"));
    assertThat(read.bootstrapPassword()).isEqualTo("of the file 12");
    assertThat(read.sessionSecret()).isPresent();
    assertThat(read.toString()).doesNotContain(SECRET, "of the file");
    assertThat(read(Map.of("KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD", "x")).bootstrapPassword())
        .isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
  void file_thatOthersCanReadOrWrite_isRefused(String mode) throws IOException {
    file("A=b\n", mode);

    assertThat(refusal()).isEqualTo(ErrorCode.HOME_UNSAFE);
  }

  @Test
  void symbolicLink_isRefused() throws IOException {
    Path target = Files.writeString(folder.resolve("elsewhere"), "A=b\n");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    Files.createSymbolicLink(folder.resolve(".env"), target);

    assertThat(refusal()).isEqualTo(ErrorCode.HOME_UNSAFE);
  }

  @Test
  void malformedFile_andWeakSecret_areRefused() throws IOException {
    file("KEYMANTLE_SESSION_SECRET=\"no end\n", "rw-------");
    assertThat(refusal()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    file("KEYMANTLE_SESSION_SECRET=" + "a".repeat(64) + "\n", "rw-------");
    assertThat(refusal()).isEqualTo(ErrorCode.WEAK_SECRET);
  }

  /// The working folder of this test is not the home, and may well have a file of this name.
  @Test
  void fileOfTheWorkingFolder_isNeverRead() throws IOException {
    Path here = Path.of(".env").toAbsolutePath();
    Files.writeString(here, "KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD=planted planted\n");
    try {
      assertThat(read(Map.of()).bootstrapPassword()).isEmpty();
    } finally {
      Files.delete(here);
    }
  }
}
