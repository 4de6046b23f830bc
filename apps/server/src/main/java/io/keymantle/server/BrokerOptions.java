package io.keymantle.server;

import io.keymantle.cli.Invocation;
import io.keymantle.cli.UsageException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.gateway.HostOverride;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// How `up` was asked to start a broker.
///
/// @param apiPort a further port for the agent API; empty for none
/// @param gatewayPort of gateway and agent API; empty for the port of last time, 0 for any free one
/// @param console where the web console listens
/// @param upstreamCa PEM files that upstreams are trusted by, beside the system's
/// @param overrides where named hosts are
/// @param serviceFolder of the system service: the folder that systemd made for agents to see;
///   empty for every other broker
record BrokerOptions(
    OptionalInt apiPort,
    OptionalInt gatewayPort,
    ConsoleOptions console,
    List<Path> upstreamCa,
    List<HostOverride> overrides,
    Optional<Path> serviceFolder) {
  /// Names a further file of authorities.
  static final String CA_VARIABLE = "SSL_CERT_FILE";

  static final String RESET_OWNER = "--reset-owner";

  static BrokerOptions of(Invocation invocation) {
    List<Path> authorities = new ArrayList<>();
    for (String file : invocation.texts("--upstream-ca")) {
      authorities.add(readable(file, "--upstream-ca"));
    }
    String fromEnvironment = invocation.terminal().environment().getOrDefault(CA_VARIABLE, "");
    if (!fromEnvironment.isEmpty()) {
      authorities.add(readable(fromEnvironment, CA_VARIABLE));
    }
    List<HostOverride> overrides = new ArrayList<>();
    for (String text : invocation.texts("--resolve")) {
      try {
        overrides.add(HostOverride.parse(text));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--resolve is not valid so", "--resolve HOST:PORT:ADDRESS[:PORT]");
      }
    }
    return new BrokerOptions(
        port(invocation, "--api-port"),
        port(invocation, "--gateway-port"),
        ConsoleOptions.of(invocation),
        authorities,
        overrides,
        serviceFolder(invocation));
  }

  /// What separates agents that are not isolated from this broker: the system service runs as its
  /// own user; everything else shares the user with them.
  TrustLevel trust() {
    return serviceFolder.isPresent() ? TrustLevel.SEPARATE_USER : TrustLevel.SAME_USER;
  }

  private static Optional<Path> serviceFolder(Invocation invocation) {
    if (!invocation.flag("--service")) {
      return Optional.empty();
    }
    String folder = invocation.terminal().environment().getOrDefault("RUNTIME_DIRECTORY", "");
    if (folder.isEmpty() || !SystemService.USER.equals(System.getProperty("user.name"))) {
      throw new UsageException(
          "--service is for the system service, under its own user",
          "sudo keymantle service install");
    }
    return Optional.of(Path.of(folder));
  }

  /// The same options as arguments of an `up` in another folder and without [#CA_VARIABLE].
  List<String> arguments(Invocation invocation) {
    List<String> arguments = new ArrayList<>();
    for (String option :
        List.of(
            "--api-port",
            "--gateway-port",
            ConsoleOptions.PORT,
            ConsoleOptions.ORIGIN,
            RESET_OWNER)) {
      if (invocation.has(option)) {
        arguments.addAll(List.of(option, invocation.text(option)));
      }
    }
    if (invocation.flag("--owner-link")) {
      arguments.add("--owner-link");
    }
    upstreamCa.forEach(file -> arguments.addAll(List.of("--upstream-ca", file.toString())));
    invocation.texts("--resolve").forEach(at -> arguments.addAll(List.of("--resolve", at)));
    return arguments;
  }

  private static Path readable(String named, String where) {
    Path file = Path.of(named).toAbsolutePath();
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UsageException(
          where + " names " + file + ", which is no file that can be read",
          "name a readable file of PEM certificates");
    }
    return file;
  }

  static OptionalInt port(Invocation invocation, String option) {
    if (!invocation.has(option)) {
      return OptionalInt.empty();
    }
    try {
      int port = Integer.parseInt(invocation.text(option));
      if (port >= 0 && port <= 65535) {
        return OptionalInt.of(port);
      }
    } catch (NumberFormatException e) {
      // Falls through to the same answer.
    }
    throw new UsageException(
        option + " is a number from 0 to 65535", option + " 0 for any free port");
  }
}
