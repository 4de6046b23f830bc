package io.keymantle.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds a program the way a shell does.
final class ProgramPath {
  private ProgramPath() {}

  /// The command with its program as an absolute path, where `PATH` has one; unchanged otherwise.
  static List<String> resolved(List<String> command, String path) {
    String program = command.getFirst();
    if (program.contains("/")) {
      return command;
    }
    for (String folder : path.split(":")) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder).resolve(program);
      if (candidate.isAbsolute()
          && Files.isRegularFile(candidate)
          && Files.isExecutable(candidate)) {
        List<String> absolute = new ArrayList<>(command);
        absolute.set(0, candidate.toString());
        return absolute;
      }
    }
    return command;
  }

  /// Whether `PATH` has the program.
  static boolean has(String program, String path) {
    return !resolved(List.of(program), path).getFirst().equals(program);
  }
}
