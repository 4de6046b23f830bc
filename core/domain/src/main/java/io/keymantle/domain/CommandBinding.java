package io.keymantle.domain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which command may run with a credential, and how the value reaches it. Never by argument.
///
/// @param executable absolute and resolved path of the program
/// @param arguments one glob pattern per argument (`*` any text within one argument); a last `**`
///   stands for any further arguments; empty means no arguments
/// @param delivery where the value is put
/// @param trustsWorkdir the program may run code from its working folder or configuration (git,
///   npm, make, interpreters), and the binding's owner accepts that
/// @param workdir the pinned working folder; otherwise an empty one
/// @param environment names of variables of the caller that pass through
/// @param timeLimit after which the command and its children are ended
/// @param outputLimit bytes of output, standard output and error together
public record CommandBinding(
    Path executable,
    List<String> arguments,
    Delivery delivery,
    boolean trustsWorkdir,
    Optional<Path> workdir,
    Set<String> environment,
    Duration timeLimit,
    long outputLimit)
    implements Binding {
  public static final Duration DEFAULT_TIME_LIMIT = Duration.ofMinutes(5);
  public static final long DEFAULT_OUTPUT_LIMIT = 64L << 20;

  public CommandBinding {
    arguments = List.copyOf(arguments);
    environment = Set.copyOf(environment);
    if (!executable.isAbsolute()) {
      throw RefusedException.of(
          ErrorCode.INVALID_BINDING,
          "the executable of a command binding is an absolute path",
          "use /usr/bin/NAME");
    }
  }

  /// How a command receives the value.
  public sealed interface Delivery {
    /// In one environment variable of the child.
    record EnvironmentVariable(String name) implements Delivery {}

    /// In a 0600 file on tmpfs, whose path is in the named variable.
    record TemporaryFile(String pathVariable) implements Delivery {}

    /// On standard input, followed by end of file.
    record StandardInput() implements Delivery {}
  }
}
