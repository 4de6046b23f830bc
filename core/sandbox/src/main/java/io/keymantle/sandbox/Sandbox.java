package io.keymantle.sandbox;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts processes in namespaces of their own.
///
/// Guarantees: a process is started isolated as its profile says, or not at all. Thread-safe.
public final class Sandbox {
  // Small and quick: one compiler tier, one collector thread, no shared files, nothing to attach
  // to.
  // -Xrs: see Relay.
  private static final List<String> RELAY_FLAGS =
      List.of(
          "-Xrs",
          "-Xshare:auto",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+DisableAttachMechanism",
          "-XX:-CreateCoredumpOnCrash",
          "-Xmx64m",
          "-XX:MaxDirectMemorySize=512m",
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          "--enable-native-access=ALL-UNNAMED");

  private final Isolation.Available isolation;

  public Sandbox(Isolation.Available isolation) {
    this.isolation = isolation;
  }

  /// Starts an agent on the terminal, standard input, output and error of this JVM. Until it ends
  /// SIGINT is left to the agent, and a SIGTERM to this JVM is passed on.
  ///
  /// @throws RefusedException when the profile cannot be kept
  public Confined start(AgentProfile profile) {
    AgentView view = new AgentView(profile, runtime());
    List<String> command = namespaces();
    command.addAll(view.mounts());
    command.addAll(List.of("--chdir", view.workdir().toString(), "--"));
    command.addAll(
        relay(
            new RelayOptions(
                port(profile.route()),
                profile.allowUnixSockets(),
                new PrivateDelivery.None(),
                profile.command())));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(environment(view.environment(), profile.route()));
    return ForegroundProcess.start(builder);
  }

  /// Starts a command with its standard streams connected to the caller, in a session of its own.
  ///
  /// @throws RefusedException when the profile cannot be kept
  public Confined start(CommandProfile profile) {
    CommandView view = new CommandView(profile, runtime());
    List<String> command = namespaces();
    command.add("--new-session");
    command.addAll(view.mounts());
    command.addAll(List.of("--chdir", view.workdir().toString(), "--"));
    command.addAll(
        relay(
            new RelayOptions(port(profile.route()), false, profile.delivery(), profile.command())));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment(view.environment(), profile.route()));
    return ConfinedProcess.start(builder, profile.delivery());
  }

  private List<String> namespaces() {
    return new ArrayList<>(
        List.of(
            isolation.bubblewrap().toString(),
            "--unshare-user",
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--die-with-parent",
            "--as-pid-1",
            "--cap-drop",
            "ALL"));
  }

  private static int port(Optional<GatewayRoute> route) {
    return route.isPresent() ? GatewayRoute.PORT : 0;
  }

  private static Map<String, String> environment(
      Map<String, String> child, Optional<GatewayRoute> route) {
    Map<String, String> environment = new HashMap<>();
    child.forEach((name, value) -> environment.put(RelayOptions.CHILD_PREFIX + name, value));
    route.ifPresent(way -> environment.put(RelayOptions.TOKEN_VARIABLE, way.agentToken()));
    // Arguments are decoded by the relay's locale.
    environment.put("LC_ALL", "C.UTF-8");
    return environment;
  }

  private static List<String> relay(RelayOptions options) {
    List<String> command = new ArrayList<>();
    command.add(javaHome().resolve("bin/java").toString());
    command.addAll(RELAY_FLAGS);
    command.addAll(List.of("-cp", classPath().toString(), Relay.class.getName()));
    command.addAll(options.arguments());
    return command;
  }

  private static List<Path> runtime() {
    return List.of(javaHome(), classPath());
  }

  private static Path javaHome() {
    return Places.resolve(Path.of(System.getProperty("java.home")), "the Java runtime");
  }

  private static Path classPath() {
    CodeSource source = Relay.class.getProtectionDomain().getCodeSource();
    try {
      if (source != null) {
        Path place = Path.of(source.getLocation().toURI());
        if (Files.exists(place)) {
          return place.toRealPath();
        }
      }
    } catch (URISyntaxException | IOException unusable) {
      // Reported below.
    }
    throw RefusedException.of(
        ErrorCode.ISOLATION_UNAVAILABLE,
        "the sandbox's own program is not a file that could be shown inside",
        "start Keymantle by its launcher");
  }
}
