package io.keymantle.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The source files of the repository, as the house rules read them.
final class Sources {
  static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  private Sources() {}

  /// Every Java file, tests included; nothing that the build made.
  static List<Path> all() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !relative(file).contains("target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every Java file of the product itself.
  static List<Path> main() {
    return all().stream().filter(file -> relative(file).contains("/src/main/java/")).toList();
  }

  static String relative(Path file) {
    return ROOT.relativize(file).toString();
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
