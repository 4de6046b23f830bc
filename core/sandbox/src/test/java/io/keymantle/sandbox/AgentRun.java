package io.keymantle.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An agent in a sandbox of its own, with a user's home, a Keymantle home in it and a working
/// folder; what it says is read from a file, since an agent inherits the terminal of its starter.
final class AgentRun {
  final Path home;
  final Path keymantleHome;
  final Path workdir;
  final Map<String, String> environment = new HashMap<>();
  final Map<String, Path> files = new HashMap<>();
  final Set<Path> readOnly = new HashSet<>();
  final Set<Path> revealed = new HashSet<>();
  Optional<GatewayRoute> route = Optional.empty();
  boolean allowUnixSockets;

  AgentRun(Path folder) {
    this(folder, folder.resolve("work"));
  }

  AgentRun(Path folder, Path place) {
    try {
      home = Files.createDirectories(folder.toRealPath().resolve("home"));
      keymantleHome = Files.createDirectories(home.resolve(".local/share/keymantle"));
      workdir = Files.createDirectories(place).toRealPath();
      Files.writeString(keymantleHome.resolve("keymantle.db"), "canary-of-the-home");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    environment.put("HOME", home.toString());
  }

  /// The folder of the gateway's socket, as a broker has it in its home.
  Path gatewayFolder() {
    try {
      return Files.createDirectories(keymantleHome.resolve("run/gateway"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Whether bubblewrap works here; these tests mean nothing without.
  static Sandbox sandbox() {
    return switch (Isolation.probe()) {
      case Isolation.Available available -> new Sandbox(available);
      case Isolation.Unavailable(String reason, String fix) ->
          throw new AssertionError("these tests need isolation: " + reason + "; fix: " + fix);
    };
  }

  Result shell(String script) throws Exception {
    return run(List.of("/bin/sh", "-c", "exec >said 2>&1 </dev/null; " + script));
  }

  /// Runs Python, which can say what a shell cannot: system calls by number.
  Result python(String script) throws Exception {
    Files.writeString(workdir.resolve("attack.py"), PYTHON_START + script);
    return shell("exec /usr/bin/python3 attack.py");
  }

  Result run(List<String> command) throws Exception {
    Files.deleteIfExists(workdir.resolve("said"));
    try (Confined process = start(command)) {
      int status = process.waitFor();
      Path said = workdir.resolve("said");
      return new Result(status, Files.exists(said) ? Files.readString(said) : "");
    }
  }

  Confined start(List<String> command) {
    return sandbox().start(profile(command));
  }

  AgentProfile profile(List<String> command) {
    return new AgentProfile(
        new ArrayList<>(command),
        environment,
        workdir,
        home,
        keymantleHome,
        route,
        files,
        readOnly,
        revealed,
        allowUnixSockets);
  }

  record Result(int status, String said) {}

  private static final String PYTHON_START =
      """
      import ctypes, errno, os, socket, struct, sys
      libc = ctypes.CDLL(None, use_errno=True)
      arm = os.uname().machine == 'aarch64'
      def call(x86, arm_number, *arguments):
          ctypes.set_errno(0)
          number = arm_number if arm else x86
          words = [a if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
          result = libc.syscall(ctypes.c_long(number), *words)
          return errno.errorcode[ctypes.get_errno()] if result == -1 else 'ok'
      def attempt(action):
          try:
              return 'ok %s' % (action(),)
          except OSError as failure:
              return errno.errorcode.get(failure.errno, str(failure))
      def unix(path, kind=socket.SOCK_STREAM):
          s = socket.socket(socket.AF_UNIX, kind)
          s.connect(path)
          s.send(b'stolen')
      """;
}
