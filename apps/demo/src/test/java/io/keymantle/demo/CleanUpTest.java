package io.keymantle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanUpTest {
  @TempDir Path folder;

  @Test
  void closed_cleansOnce() {
    AtomicInteger runs = new AtomicInteger();
    CleanUp cleanUp = CleanUp.atTheEnd(runs::incrementAndGet);
    cleanUp.close();
    cleanUp.close();
    assertThat(runs).hasValue(1);
  }

  /// A program of its own, which a signal ends while it waits. The JVM takes INT, of Ctrl-C, as it
  /// takes TERM; but a test that runs in the background may have inherited that INT is ignored.
  @Test
  void programEndedByASignal_cleansToo() throws Exception {
    Path made = Files.writeString(folder.resolve("made"), "");
    Process program =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                made.toString())
            .start();
    assertThat(program.getInputStream().read()).isEqualTo('\n');
    assertThat(made).exists();
    new ProcessBuilder("kill", Long.toString(program.pid())).start().waitFor();
    assertThat(program.waitFor()).isGreaterThan(128);
    assertThat(made).doesNotExist();
  }

  /// Waits in the middle of its work.
  static final class Program {
    private Program() {}

    static void main(String[] arguments) throws IOException {
      try (var _ = CleanUp.atTheEnd(() -> delete(Path.of(arguments[0])))) {
        System.out.println();
        while (System.in.read() >= 0) {
          // Until the signal.
        }
      }
    }

    private static void delete(Path made) {
      try {
        Files.delete(made);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
