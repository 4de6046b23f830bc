package io.keymantle.sandbox;

import java.util.ArrayList;
import java.util.List;

/// The arguments of the [Relay], and the places that both sides know. None of them is private.
///
/// @param port where to listen on 127.0.0.1; 0 for no network at all
/// @param allowUnixSockets leaves Unix sockets to the command
/// @param delivery what to do with the private bytes on standard input
/// @param command the command and its arguments
record RelayOptions(
    int port, boolean allowUnixSockets, PrivateDelivery delivery, List<String> command) {
  /// Where the folder of the gateway's socket is mounted.
  static final String GATEWAY_FOLDER = "/run/keymantle/gateway";

  /// The gateway's socket inside.
  static final String GATEWAY_SOCKET = GATEWAY_FOLDER + "/" + GatewayRoute.SOCKET;

  /// Where [PrivateDelivery.File] puts the bytes.
  static final String PRIVATE_FILE = "/run/private/value";

  /// The variable with the agent token.
  static final String TOKEN_VARIABLE = "KEYMANTLE_RELAY_TOKEN";

  /// What the names of the command's variables are prefixed with.
  static final String CHILD_PREFIX = "KEYMANTLE_CHILD_";

  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add(Integer.toString(port));
    arguments.add(allowUnixSockets ? "unix" : "no-unix");
    arguments.add(
        switch (delivery) {
          case PrivateDelivery.None() -> "none";
          case PrivateDelivery.StandardInput() -> "stdin";
          case PrivateDelivery.Variable(String name) -> "env:" + name;
          case PrivateDelivery.File(String variable) -> "file:" + variable;
        });
    arguments.addAll(command);
    return arguments;
  }

  /// @throws IllegalArgumentException when these are not such arguments
  static RelayOptions parse(List<String> arguments) {
    if (arguments.size() < 4) {
      throw new IllegalArgumentException("the relay is started by the sandbox only");
    }
    String delivery = arguments.get(2);
    String name = delivery.substring(delivery.indexOf(':') + 1);
    return new RelayOptions(
        Integer.parseInt(arguments.get(0)),
        arguments.get(1).equals("unix"),
        switch (delivery.substring(0, delivery.length() - name.length())) {
          case "env:" -> new PrivateDelivery.Variable(name);
          case "file:" -> new PrivateDelivery.File(name);
          default ->
              name.equals("stdin")
                  ? new PrivateDelivery.StandardInput()
                  : new PrivateDelivery.None();
        },
        List.copyOf(arguments.subList(3, arguments.size())));
  }
}
