package io.keymantle.exec;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/// What an agent asks the command boundary to do.
///
/// @param agentToken the agent token of the session; authenticates the command at the gateway
/// @param brokerToken stands for the credential, bare or as shown to the agent
/// @param command the program, absolute or a plain name, and its arguments
/// @param environment values for variables that the binding lets through
/// @param stdin what the command reads on standard input; at most [#MAX_STDIN] bytes
public record ExecRequest(
    String agentToken,
    String brokerToken,
    List<String> command,
    Map<String, String> environment,
    ByteBuffer stdin) {
  /// Bytes of standard input: 16 MiB.
  public static final int MAX_STDIN = 16 << 20;

  public ExecRequest {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    stdin = stdin.asReadOnlyBuffer();
  }

  /// Hides the tokens and the input.
  @Override
  public String toString() {
    return "ExecRequest[" + (command.isEmpty() ? "" : command.getFirst()) + "]";
  }
}
