package io.keymantle.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Looks for the canary where an agent under the same user could look: in files, and in processes.
/// Each search answers empty when it held, else with what it found.
final class CanarySearch {
  private static final long LARGEST_FILE = 256L << 20;

  private final Encodings encodings;

  CanarySearch(Encodings encodings) {
    this.encodings = encodings;
  }

  Optional<String> text(String seen) {
    return encodings.foundIn(seen).map(form -> "the value is there (" + form + ")");
  }

  /// Every file below a folder, as bytes.
  Optional<String> below(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        look(file, found);
      }
    }
    return summary(found);
  }

  /// The files directly in a folder that changed since then, such as what a program leaves in the
  /// folder for temporary files.
  Optional<String> changedSince(FileTime then, Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && Files.isReadable(file)
            && Files.getLastModifiedTime(file).compareTo(then) >= 0) {
          look(file, found);
        }
      }
    }
    return summary(found);
  }

  private void look(Path file, List<String> found) throws IOException {
    if (Files.size(file) <= LARGEST_FILE) {
      encodings
          .foundIn(Files.readString(file, StandardCharsets.ISO_8859_1))
          .ifPresent(form -> found.add(file + " (" + form + ")"));
    }
  }

  /// Arguments and environments of every process that this user can see, but this one.
  Optional<String> processes() throws IOException {
    List<String> found = new ArrayList<>();
    String self = Long.toString(ProcessHandle.current().pid());
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(path -> String.valueOf(path.getFileName()).matches("\\d+")).toList()) {
        if (String.valueOf(process.getFileName()).equals(self)) {
          continue;
        }
        for (String part : List.of("cmdline", "environ")) {
          try {
            encodings
                .foundIn(Files.readString(process.resolve(part), StandardCharsets.ISO_8859_1))
                .ifPresent(form -> found.add(process + "/" + part));
          } catch (IOException e) {
            // Another user's process, or one that has ended: an agent cannot read it either.
          }
        }
      }
    }
    return summary(found);
  }

  /// Whether the broker's memory can be had: read as it is, or written to a core file. Root may
  /// read it in any case, so as root only the core file counts.
  static Optional<String> memory(long broker) throws IOException {
    Path process = Path.of("/proc/" + broker);
    List<String> found = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      try (RandomAccessFile memory = new RandomAccessFile(process.resolve("mem").toFile(), "r")) {
        found.add("its memory opens" + (memory.getFD().valid() ? "" : ", but not validly"));
      } catch (IOException e) {
        // Refused, as it should be.
      }
    }
    for (String line : Files.readAllLines(process.resolve("limits"))) {
      if (line.startsWith("Max core file size") && !line.matches("Max core file size +0 +0 .*")) {
        found.add("it may write a core file");
      }
    }
    return summary(found);
  }

  private static Optional<String> summary(List<String> found) {
    return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
  }
}
