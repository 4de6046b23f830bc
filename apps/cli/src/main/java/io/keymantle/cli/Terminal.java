package io.keymantle.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The caller's side of a command: its streams, its environment and, where a person sits there, a
/// prompt without echo.
///
/// @param out what the command answers, UTF-8
/// @param err what went wrong and what goes on
public record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Prompt prompt) {

  /// What the launcher puts before the names of the variables that it keeps from the JVM.
  public static final String KEPT = "KEYMANTLE_CALLER_";

  public static Terminal ofThisProcess() {
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        callers(System.getenv()),
        Prompt.ofThisProcess());
  }

  /// The caller's environment: the launcher keeps some variables from this JVM by another name.
  static Map<String, String> callers(Map<String, String> own) {
    Map<String, String> environment = new HashMap<>();
    own.forEach((name, value) ->
        environment.put(name.startsWith(KEPT) ? name.substring(KEPT.length()) : name, value));
    return Map.copyOf(environment);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 8192),
        false,
        StandardCharsets.UTF_8);
  }

  /// The variable's text, empty when it is not set.
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /// Whether another program reads standard output.
  boolean writesToPipe() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString().startsWith("pipe:");
    } catch (IOException noProc) {
      return false;
    }
  }

  void flush() {
    out.flush();
    err.flush();
  }
}
