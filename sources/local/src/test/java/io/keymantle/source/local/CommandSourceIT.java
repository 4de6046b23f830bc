package io.keymantle.source.local;

import static io.keymantle.source.local.SourceFixture.CANARY;
import static io.keymantle.source.local.SourceFixture.read;
import static io.keymantle.source.local.SourceFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class CommandSourceIT {
  @TempDir private Path directory;
  private final CommandSource source = new CommandSource(Path.of("/home-of-the-broker"));

  @Test
  void output_isTheValueWithoutItsFinalNewline() throws IOException {
    assertThat(read(source, script("printf '%s\\n' " + CANARY))).isEqualTo(CANARY);
    assertThat(read(source, script("printf '%s' " + CANARY))).isEqualTo(CANARY);
    assertThat(read(source, script("printf 'a\\nb\\n\\n'"))).isEqualTo("a\nb\n");
  }

  @Test
  void arguments_arePassedAsTheyAreWithoutAShell() throws IOException {
    String reference = script("printf '[%s]' \"$@\"");

    assertThat(read(source, reference + " one 'two  three' \"f\\\"our\" '' $HOME ; `id` *"))
        .isEqualTo("[one][two  three][f\"our][][$HOME][;][`id`][*]");
  }

  @Test
  void environment_isMinimal_andInputIsEmpty_andFolderIsRoot() throws IOException {
    String reference = script("/usr/bin/env | /usr/bin/sort; /bin/cat; pwd");

    String output = read(source, reference);

    assertThat(output.lines().filter(line -> !line.matches("(PWD|SHLVL|_|OLDPWD)=.*")))
        .containsExactly(
            "HOME=/home-of-the-broker",
            "LANG=C.UTF-8",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "/");
  }

  @Test
  void failure_namesTheStatusAndNothingOfTheOutput() throws IOException {
    Problem problem =
        refusal(source, script("echo " + CANARY + "; echo " + CANARY + " >&2; exit 7"));

    assertThat(problem.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
    assertThat(problem.message()).contains("status 7");
  }

  @Test
  void noOutput_isNotFound() throws IOException {
    assertThat(refusal(source, script("exit 0")).code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
  }

  @Test
  void output_atTheLimit_isRead_andAboveItFails() throws IOException {
    assertThat(read(source, script("/usr/bin/head -c 65536 /dev/zero"))).hasSize(65_536);
    assertThat(refusal(source, script("/usr/bin/head -c 65537 /dev/zero")).code())
        .isEqualTo(ErrorCode.SOURCE_FAILED);
    assertThat(refusal(source, script("exec /usr/bin/yes " + CANARY)).code())
        .isEqualTo(ErrorCode.SOURCE_FAILED);
  }

  @Test
  @Timeout(30)
  void commandThatDoesNotEnd_isEndedWithItsChildren() throws IOException {
    CommandSource impatient = new CommandSource(Path.of("/"), Duration.ofMillis(500));
    Path pid = directory.resolve("pid");
    String reference = script("/bin/sleep 600 & echo $! >" + pid + "; printf " + CANARY + "; wait");

    Problem problem = refusal(impatient, reference);

    assertThat(problem.code()).isEqualTo(ErrorCode.SOURCE_TIMEOUT);
    assertThat(problem.message()).contains("did not end");
    Optional<ProcessHandle> child = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
    child.ifPresent(handle -> handle.onExit().join());
  }

  @Test
  void commandThatIsMissingOrNotExecutable_isRefused() throws IOException {
    assertThat(refusal(source, "exec:" + directory.resolve("none")).code())
        .isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    Path file = Files.writeString(directory.resolve("data"), "x");
    assertThat(refusal(source, "exec:" + file).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
    assertThat(refusal(source, "exec:" + directory).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
  }

  @Test
  void commandThatOthersCanChange_isNotRun() throws IOException {
    Path proof = directory.resolve("proof");
    String reference = script("touch " + proof + "; printf " + CANARY);
    Path file = Path.of(reference.substring("exec:".length()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(refusal(source, reference).fix()).isEqualTo("chmod go-w " + file);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(refusal(source, reference).fix()).isEqualTo("chmod go-w " + directory);
    assertThat(proof).doesNotExist();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void reference_thatIsNoAbsolutePath_isRefused() {
    for (String reference :
        new String[] {"exec:", "exec:pass show x", "exec:/a/../b", "exec:/bin/echo 'x", "exec: "}) {
      assertThat(refusal(source, reference).code())
          .as(reference)
          .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    }
  }

  private String script(String body) throws IOException {
    Path file = Files.createTempFile(directory, "script", ".sh");
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return "exec:" + file;
  }
}
