package io.keymantle.exec;

import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.ObservedUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A command that a binding allows.
///
/// @param executable resolved, safe from the agent
/// @param arguments as the agent gave them
record CommandMatch(CommandBinding binding, Path executable, List<String> arguments) {
  /// Bytes of all arguments together: what every Linux takes.
  static final int MAX_ARGUMENTS = 128 * 1024;

  /// Characters of the arguments that people are shown; the digest is over all.
  private static final int SHOWN = 1000;

  private static final List<Path> PLACES = List.of(Path.of("/usr/bin"), Path.of("/bin"));

  /// The use as people are asked about it: what is run, with all that it gets from the agent.
  ObservedUse asked(ExecRequest request, String surface) {
    MessageDigest digest = sha256();
    for (String argument : arguments) {
      update(digest, argument);
    }
    for (Map.Entry<String, String> variable : new TreeMap<>(request.environment()).entrySet()) {
      update(digest, variable.getKey());
      update(digest, variable.getValue());
    }
    digest.update(request.stdin().duplicate());
    String line = String.join(" ", arguments).replaceAll("kmt_[0-9A-Za-z]{40}", "[token]");
    return new ObservedUse(
        executable.toString(),
        CommandBoundary.EXEC,
        "",
        surface,
        line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…",
        List.of(),
        request.stdin().remaining(),
        HexFormat.of().formatHex(digest.digest()));
  }

  private static void update(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The first binding that allows the command.
  ///
  /// @throws RefusedException with [ErrorCode#COMMAND_NOT_ALLOWED], naming what is not allowed
  static CommandMatch of(
      CredentialName credential,
      List<CommandBinding> bindings,
      List<String> command,
      ExecutableGuard guard) {
    requireClean(credential, command);
    if (bindings.isEmpty()) {
      throw refused(
          credential,
          "no binding of this credential allows a command",
          "keymantle credential set " + credential + " --command /usr/bin/NAME");
    }
    List<String> arguments = command.subList(1, command.size());
    boolean programAllowed = false;
    for (CommandBinding binding : bindings) {
      if (names(command.getFirst(), binding)) {
        programAllowed = true;
        if (ArgumentPatterns.match(binding.arguments(), arguments)) {
          return new CommandMatch(binding, guard.check(credential, binding), arguments);
        }
      }
    }
    throw programAllowed
        ? refused(
            credential,
            "the binding allows this program, but not with these arguments",
            "keymantle credential show " + credential + " tells which arguments it allows")
        : refused(
            credential,
            "no binding of this credential allows this program",
            "keymantle credential show " + credential + " tells which programs it allows");
  }

  private static void requireClean(CredentialName credential, List<String> command) {
    if (command.isEmpty() || command.getFirst().isEmpty()) {
      throw RefusedException.about(
          credential, ErrorCode.INVALID_REQUEST, "no command was given", "name a program");
    }
    long size = 0;
    for (String word : command) {
      size += word.length() + 1L;
      if (word.indexOf('\0') >= 0) {
        throw refused(credential, "an argument contains a NUL character", "leave it out");
      }
      if (word.contains("kmt_")) {
        throw RefusedException.about(
            credential,
            ErrorCode.SURFACE_MISMATCH,
            "a broker token stands in an argument, where no value is ever put",
            "leave it out: the binding says how the command receives the value");
      }
    }
    if (size > MAX_ARGUMENTS) {
      throw refused(
          credential,
          "the arguments are longer than " + MAX_ARGUMENTS + " bytes",
          "give the text on standard input");
    }
  }

  /// Whether the agent's first word means the binding's program. A plain name is looked up in the
  /// system's folders only, whatever `PATH` says.
  private static boolean names(String word, CommandBinding binding) {
    if (word.startsWith("/")) {
      Path path = Path.of(word);
      return path.equals(binding.executable()) || sameFile(path, binding.executable());
    }
    return !word.contains("/")
        && PLACES.stream()
            .map(folder -> folder.resolve(word))
            .filter(Files::isExecutable)
            .limit(1)
            .anyMatch(found -> sameFile(found, binding.executable()));
  }

  private static boolean sameFile(Path first, Path second) {
    try {
      return first.toRealPath().equals(second.toRealPath());
    } catch (IOException missing) {
      return false;
    }
  }

  /// The command line as it will run, and as it stands in the ledger without its arguments.
  List<String> line() {
    List<String> line = new ArrayList<>();
    line.add(executable.toString());
    line.addAll(arguments);
    return line;
  }

  private static RefusedException refused(CredentialName credential, String message, String fix) {
    return RefusedException.about(credential, ErrorCode.COMMAND_NOT_ALLOWED, message, fix);
  }
}
