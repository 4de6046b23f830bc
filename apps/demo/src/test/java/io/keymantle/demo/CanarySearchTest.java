package io.keymantle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanarySearchTest {
  private static final String CANARY = "kmcanaryUnderTest0123456789abcdef";

  private final Encodings encodings = new Encodings(CANARY);
  private final CanarySearch search = new CanarySearch(encodings);
  private final List<Process> started = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void endProcesses() throws Exception {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void below_findsTheCanaryInEveryEncodingAndDepth() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("a/b"));
    for (var form : encodings.forms().entrySet()) {
      Path file = deep.resolve(form.getKey());
      Files.writeString(file, "\0x" + form.getValue() + "y", StandardCharsets.ISO_8859_1);
      assertThat(search.below(folder)).as(form.getKey()).isPresent();
      Files.delete(file);
    }
    assertThat(search.below(folder)).isEmpty();
  }

  @Test
  void changedSince_looksAtWhatCameAfter() throws Exception {
    Path file = Files.writeString(folder.resolve("old"), CANARY);
    FileTime now = FileTime.from(Instant.now());
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    assertThat(search.changedSince(now, folder)).isEmpty();
    Files.setLastModifiedTime(file, now);
    assertThat(search.changedSince(now, folder)).isPresent();
  }

  @Test
  void processes_findAnArgument() throws Exception {
    Process thief = start(new ProcessBuilder("sh", "-c", "echo && read line", CANARY));
    assertThat(search.processes()).contains("/proc/" + thief.pid() + "/cmdline");
  }

  @Test
  void processes_findAVariable() throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo && read line");
    builder.environment().put("STOLEN", CANARY);
    Process thief = start(builder);
    assertThat(search.processes()).contains("/proc/" + thief.pid() + "/environ");
  }

  @Test
  void memory_ofAProcessThatMayWriteACoreFile_isTold() throws Exception {
    Process allowed = start(new ProcessBuilder("sh", "-c", "ulimit -c 8; echo && read line"));
    Process forbidden = start(new ProcessBuilder("sh", "-c", "ulimit -c 0; echo && read line"));
    assertThat(CanarySearch.memory(allowed.pid()).orElse("")).contains("core file");
    assertThat(CanarySearch.memory(forbidden.pid()).orElse("")).doesNotContain("core file");
  }

  /// Starts a script that writes a line when it is where it should be, and then waits.
  private Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    started.add(process);
    assertThat(process.getInputStream().read()).isEqualTo('\n');
    return process;
  }
}
