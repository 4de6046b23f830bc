package io.keymantle.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks a person for something that must not be shown.
// JDK 25 has gone back to a console that is null without a terminal (JDK-8351435).
@SuppressWarnings("SystemConsoleNull")
public interface Prompt {
  /// What standard input is.
  enum Input {
    /// A pipe or file: read it.
    STREAM,
    /// A person who can be asked.
    PERSON,
    /// A terminal on which echo cannot be turned off, because standard output goes elsewhere.
    UNSAFE_TERMINAL
  }

  Input input();

  /// Returns what was typed; the caller clears it.
  char[] ask(String question);

  /// Nobody is there.
  Prompt NONE =
      new Prompt() {
        @Override
        public Input input() {
          return Input.STREAM;
        }

        @Override
        public char[] ask(String question) {
          return new char[0];
        }
      };

  /// The terminal of this process. Looked for when asked, not before: it costs milliseconds.
  static Prompt ofThisProcess() {
    return new Prompt() {
      @Override
      public Input input() {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
          return Input.PERSON;
        }
        try {
          String source = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
          return source.startsWith("/dev/pts/") || source.startsWith("/dev/tty")
              ? Input.UNSAFE_TERMINAL
              : Input.STREAM;
        } catch (IOException noProc) {
          return Input.STREAM;
        }
      }

      @Override
      public char[] ask(String question) {
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("%s", question);
        return typed == null ? new char[0] : typed;
      }
    };
  }
}
