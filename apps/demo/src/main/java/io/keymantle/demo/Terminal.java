package io.keymantle.demo;

import java.io.Console;
import java.io.PrintStream;

/// Prints the story; in colour only on a terminal, and not where `NO_COLOR` is set.
final class Terminal {
  private final PrintStream out;
  private final boolean colour;

  Terminal(PrintStream out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  // JDK 25 gives none where neither input nor output is a terminal (JDK-8351435).
  @SuppressWarnings("SystemConsoleNull")
  static Terminal ofThisProcess() {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal() && System.getenv("NO_COLOR") == null;
    return new Terminal(System.out, terminal);
  }

  void title(String text) {
    out.println();
    out.println(paint("1", text));
  }

  void line(String text) {
    out.println(text);
  }

  void field(String name, String value) {
    out.println("     " + paint("2", String.format("%-13s", name)) + value);
  }

  void verdict(int number, String title, boolean held) {
    String mark = held ? paint("32", "held  ") : paint("31;1", "FAILED");
    out.println(String.format("%3d  %s  %s", number, mark, title));
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
