package io.keymantle.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/// The command boundary, as the API asks it. Thread-safe.
public interface ExecPort {
  /// Runs a command to its end and returns its exit status.
  ///
  /// @throws io.keymantle.domain.RefusedException when it may not run, or ran out of its limits
  /// @throws IOException when nobody listens any more
  int run(Call call, Output output) throws IOException;

  /// What to run.
  ///
  /// @param agentToken of the agent, or of the run, that the broker token belongs to
  /// @param environment values for variables that the binding lets through
  record Call(
      String agentToken,
      String brokerToken,
      List<String> command,
      Map<String, String> environment,
      ByteBuffer stdin) {
    public Call {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
      stdin = stdin.asReadOnlyBuffer();
    }

    /// Hides tokens and input.
    @Override
    public String toString() {
      return "Call[" + (command.isEmpty() ? "" : command.getFirst()) + "]";
    }
  }

  /// Receives redacted output while the command runs, from one thread at a time.
  @FunctionalInterface
  interface Output {
    /// @param stream `stdout` or `stderr`
    /// @param bytes valid during the call only
    void output(String stream, ByteBuffer bytes) throws IOException;
  }
}
