package io.keymantle.sandbox;

/// How private bytes reach a command without standing in an argument, or in the environment of any
/// process outside the sandbox.
public sealed interface PrivateDelivery {
  /// Nothing is handed over; standard input belongs to the command at once.
  record None() implements PrivateDelivery {}

  /// In one environment variable of the command.
  record Variable(String name) implements PrivateDelivery {}

  /// In a 0600 file in memory, whose path is in the named variable.
  record File(String pathVariable) implements PrivateDelivery {}

  /// On standard input, followed by its end.
  record StandardInput() implements PrivateDelivery {}
}
