package io.keymantle.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Processes of this machine, as `/proc` shows them.
final class Processes {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Processes() {}

  record Seen(Path folder, String text) {
    /// Whether it is in the process namespace of this JVM.
    boolean sharesOurProcesses() {
      try {
        return Files.readSymbolicLink(folder.resolve("ns/pid"))
            .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/pid")));
      } catch (IOException gone) {
        return false;
      }
    }
  }

  static List<String> read(String file) {
    return withText(file, "").stream().map(Seen::text).toList();
  }

  static List<Seen> withText(String file, String text) {
    List<Seen> found = new ArrayList<>();
    try (Stream<Path> folders = Files.list(Path.of("/proc"))) {
      for (Path folder : folders.toList()) {
        if (folder.getFileName().toString().matches("[0-9]+")) {
          try {
            String content =
                new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.ISO_8859_1);
            if (content.contains(text)) {
              found.add(new Seen(folder, content));
            }
          } catch (IOException goneOrForbidden) {
            // Not a process that can hold what is looked for.
          }
        }
      }
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
    return found;
  }

  static void awaitOne(String arguments) {
    await(arguments, true);
  }

  static void awaitNone(String arguments) {
    await(arguments, false);
  }

  private static void await(String arguments, boolean wanted) {
    Instant end = Instant.now().plus(PATIENCE);
    while (withText("cmdline", arguments).stream()
            .anyMatch(found -> found.text().startsWith(arguments))
        != wanted) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("process " + arguments + (wanted ? " never ran" : " still runs"));
      }
      Thread.onSpinWait();
    }
  }
}
