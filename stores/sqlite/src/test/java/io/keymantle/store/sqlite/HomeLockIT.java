package io.keymantle.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeLockIT {
  @TempDir private Path directory;

  /// Another process that holds a home until its input ends.
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (HomeLock lock = HomeLock.take(new HomeDirectory(Path.of(arguments[0])))) {
        IO.println("held by " + lock.getClass().getSimpleName());
        System.in.transferTo(OutputStream.nullOutputStream());
      } catch (RefusedException e) {
        IO.println(e.problem().line());
      }
    }
  }

  @Test
  void heldHome_isRefusedNamingTheHolder_untilTheHolderIsKilled() throws Exception {
    Process holder = start();
    assertThat(firstLine(holder)).isEqualTo("held by HomeLock");

    Process second = start();
    assertThat(firstLine(second))
        .startsWith("home_locked: process " + holder.pid() + " holds this home");
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> HomeLock.take(home()));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.HOME_LOCKED);
    assertThat(refused.problem().message()).contains(Long.toString(holder.pid()));

    holder.destroyForcibly().waitFor();
    HomeLock.take(home()).close();
  }

  @Test
  void lockOfThisProcess_keepsOthersOut_andEndsWithClose() throws Exception {
    HomeLock lock = HomeLock.take(home());
    assertThat(firstLine(start()))
        .startsWith("home_locked: process " + ProcessHandle.current().pid() + " ");

    lock.close();
    lock.close();
    Process next = start();
    assertThat(firstLine(next)).startsWith("held by");
    next.destroyForcibly().waitFor();
  }

  @Test
  void lockFile_isPrivateAndInAPrivateFolder() throws IOException {
    HomeLock.take(home()).close();

    assertThat(mode(home().lock())).isEqualTo("rw-------");
    assertThat(mode(home().run())).isEqualTo("rwx------");
  }

  @Test
  void missingHome_isSaidSo() {
    HomeDirectory none = new HomeDirectory(directory.resolve("none"));

    assertThat(
            catchThrowableOfType(RefusedException.class, () -> HomeLock.take(none))
                .problem()
                .code())
        .isEqualTo(ErrorCode.HOME_MISSING);
    assertThat(none.path()).doesNotExist();
  }

  @Test
  void symbolicLinkInPlaceOfTheLock_isNotFollowed() throws IOException {
    HomeLock.take(home()).close();
    Path victim = Files.writeString(directory.resolve("victim"), "precious");
    Files.delete(home().lock());
    Files.createSymbolicLink(home().lock(), victim);

    assertThat(
            catchThrowableOfType(RefusedException.class, () -> HomeLock.take(home()))
                .problem()
                .code())
        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(victim).hasContent("precious");
  }

  private HomeDirectory home() {
    return new HomeDirectory(directory);
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
