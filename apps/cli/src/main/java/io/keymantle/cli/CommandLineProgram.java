package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The whole command line. Only the command that the first words name is described to the parser.
public final class CommandLineProgram {
  private final Terminal terminal;
  private final HomeDirectory home;
  private final Function<String, Optional<Command>> commands;

  /// @param commands finds a command by its words, such as `credential add`
  public CommandLineProgram(
      Terminal terminal, HomeDirectory home, Function<String, Optional<Command>> commands) {
    this.terminal = terminal;
    this.home = home;
    this.commands = commands;
  }

  /// Runs one command for this process: with its streams, and the home of its user and environment.
  public static int runHere(Function<String, Optional<Command>> commands, String... arguments) {
    Terminal terminal = Terminal.ofThisProcess();
    HomeDirectory home;
    try {
      home = HomeDirectory.ofThisProcess();
    } catch (InvalidPathException e) {
      terminal.err().println("keymantle: " + Unforeseen.problem(e).line());
      terminal.flush();
      return ExitStatus.REFUSED;
    }
    return new CommandLineProgram(terminal, home, commands).run(arguments);
  }

  /// Runs one command and returns its exit status. Everything is flushed; what could not be written
  /// makes it fail.
  public int run(String... arguments) {
    int status = attempt(arguments);
    terminal.flush();
    return status == ExitStatus.DONE && terminal.out().checkError() ? lost() : status;
  }

  /// An answer that did not arrive is none. A reader that has seen enough, such as `head`, needs no
  /// word about it.
  private int lost() {
    if (!terminal.writesToPipe()) {
      terminal.err().println("keymantle: standard output cannot be written; fix: free some space");
      terminal.flush();
    }
    return ExitStatus.REFUSED;
  }

  private int attempt(String... arguments) {
    boolean json = asksForJson(arguments);
    try {
      return dispatch(arguments);
    } catch (UsageException e) {
      Problem problem = e.problem();
      answer(problem, json);
      terminal.err().println("keymantle: " + problem.message() + "; fix: " + problem.fix());
      return ExitStatus.USAGE;
    } catch (RefusedException e) {
      return refused(e.problem(), json);
    } catch (IOException e) {
      return refused(Unforeseen.problem(e), json);
    } catch (RuntimeException e) {
      return refused(Unforeseen.problem(e), json);
    }
  }

  private int dispatch(String... arguments) throws IOException {
    if (arguments.length == 0) {
      Overview.print(terminal.err(), "");
      return ExitStatus.USAGE;
    }
    String first = arguments[0];
    switch (first) {
      case "-h", "--help", "help" -> {
        Overview.print(terminal.out(), "");
        return ExitStatus.DONE;
      }
      case "--version", "version" -> {
        Version.print(terminal.out(), asksForJson(arguments));
        return ExitStatus.DONE;
      }
      default -> {}
    }
    int words = Commands.isNoun(first) ? 2 : 1;
    if (words == 2 && (arguments.length == 1 || arguments[1].startsWith("-"))) {
      boolean help = arguments.length > 1 && List.of("-h", "--help").contains(arguments[1]);
      Overview.print(help ? terminal.out() : terminal.err(), first);
      return help ? ExitStatus.DONE : ExitStatus.USAGE;
    }
    String name = words == 1 ? first : first + " " + arguments[1];
    Optional<Command> command = commands.apply(name);
    if (command.isEmpty()) {
      throw new UsageException(
          words == 1 ? "there is no such command" : "'" + first + "' has no such command",
          words == 1 ? "keymantle --help" : "keymantle " + first + " --help");
    }
    return run(command.get(), Arrays.copyOfRange(arguments, words, arguments.length));
  }

  private int run(Command command, String... rest) throws IOException {
    CommandDescription description = command.describe();
    TypedArguments typed = ArgumentParser.parse(description, rest);
    if (typed.flag("--help")) {
      HelpText.print(description, terminal.out());
      return ExitStatus.DONE;
    }
    return command.run(new Invocation(typed, terminal, home));
  }

  private int refused(Problem problem, boolean json) {
    answer(problem, json);
    terminal.err().println("keymantle: " + problem.line());
    return ExitStatus.of(problem.code());
  }

  private void answer(Problem problem, boolean json) {
    if (json) {
      terminal.out().println(Json.problem(problem));
    }
  }

  /// The problem that a command with `--json` answered in its last line; empty when it is none.
  public static Optional<Problem> problemIn(String line) {
    if (!line.startsWith("{\"code\":")) {
      return Optional.empty();
    }
    return Optional.of(HttpReply.problem(Json.object(line.getBytes(StandardCharsets.UTF_8)), 0));
  }

  private static boolean asksForJson(String... arguments) {
    for (String argument : arguments) {
      if (argument.equals("--")) {
        return false;
      }
      if (argument.equals("--json")) {
        return true;
      }
    }
    return false;
  }
}
