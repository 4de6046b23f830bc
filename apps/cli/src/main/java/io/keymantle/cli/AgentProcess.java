package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.keymantle.sandbox.AgentProfile;
import io.keymantle.sandbox.Confined;
import io.keymantle.sandbox.GatewayRoute;
import io.keymantle.sandbox.Isolation;
import io.keymantle.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How an agent is started.
sealed interface AgentProcess {
  Running start(List<String> command) throws IOException;

  /// An agent at work on this terminal.
  interface Running {
    int waitFor() throws InterruptedException;

    void terminate();
  }

  /// In namespaces of its own.
  record Isolated(
      Isolation.Available isolation,
      Invocation invocation,
      RunGrant grant,
      AgentEnvironment environment)
      implements AgentProcess {

    @Override
    public Running start(List<String> command) {
      HomeDirectory home = invocation.home();
      String user = invocation.terminal().variable("HOME");
      Confined agent =
          new Sandbox(isolation)
              .start(
                  new AgentProfile(
                      command,
                      environment.isolated(),
                      Path.of("").toAbsolutePath(),
                      Path.of(user.startsWith("/") ? user : System.getProperty("user.home")),
                      home.path(),
                      Optional.of(new GatewayRoute(grant.broker().gatewayFolder(), grant.token())),
                      environment.files(),
                      program(),
                      revealed(),
                      invocation.flag("--unix-sockets")));
      return new Running() {
        @Override
        public int waitFor() throws InterruptedException {
          return agent.waitFor();
        }

        @Override
        public void terminate() {
          agent.terminate();
        }
      };
    }

    private Set<Path> revealed() {
      Set<Path> paths = new HashSet<>();
      for (String path : invocation.texts("--reveal")) {
        paths.add(Path.of(path).toAbsolutePath().normalize());
      }
      return paths;
    }

    /// What runs Keymantle: were it the agent's to change, the next start would be the agent's.
    private static Set<Path> program() {
      Set<Path> paths = new HashSet<>();
      String launcher = System.getProperty("keymantle.launcher", "");
      if (!launcher.isEmpty()) {
        paths.add(Path.of(launcher).toAbsolutePath());
      }
      String jars = System.getProperty("java.class.path", "").split(":")[0];
      Path library = Path.of(jars).toAbsolutePath().getParent();
      if (library != null && jars.endsWith(".jar")) {
        Path distribution = library.getParent();
        paths.add(distribution == null ? library : distribution);
      }
      paths.add(Path.of(System.getProperty("java.home")));
      paths.removeIf(path -> !Files.exists(path));
      return paths;
    }
  }

  /// As this user, on the same machine; nothing keeps it from this user's files.
  record SameUser(RunGrant grant, AgentEnvironment environment) implements AgentProcess {
    @Override
    public Running start(List<String> command) throws IOException {
      Map<String, String> variables = environment.shared();
      List<String> resolved =
          ProgramPath.resolved(command, variables.getOrDefault("PATH", "/usr/bin:/bin"));
      ProcessBuilder builder = new ProcessBuilder(resolved).inheritIO();
      builder.environment().clear();
      builder.environment().putAll(variables);
      Process agent;
      try {
        agent = builder.start();
      } catch (IOException e) {
        throw RefusedException.of(
            ErrorCode.NOT_FOUND,
            "the command cannot be started",
            "check that it is installed and in PATH");
      }
      Interrupts.leaveToChild();
      Thread passOn = Thread.ofPlatform().unstarted(agent::destroy);
      Runtime.getRuntime().addShutdownHook(passOn);
      return new Running() {
        @Override
        public int waitFor() throws InterruptedException {
          return agent.waitFor();
        }

        @Override
        public void terminate() {
          agent.destroy();
        }
      };
    }
  }
}
