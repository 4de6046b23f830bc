package io.keymantle.sandbox;

import io.keymantle.sandbox.NativeCalls.Variable;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Process 1 of a sandbox: starts the agent's command under the seccomp filter, carries its
/// connections to the gateway, buries orphans, and ends with the command's status.
///
/// It is started with `-Xrs`: the kernel then keeps every signal of the terminal from process 1,
/// and the command, which shares its process group, receives them as if started by the shell
/// itself.
///
/// Its own arguments are [RelayOptions]; its environment carries the command's under a prefix, so
/// that nothing meant for the agent (`LD_PRELOAD`, `JAVA_TOOL_OPTIONS`) acts on the relay.
final class Relay {
  /// Exit status when the sandbox could not be kept up; the command did not start.
  static final int BROKEN = 125;

  private static final int ENOENT = 2;
  private static final int ENOEXEC = 8;
  private static final int ENOTDIR = 20;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int MAX_PRIVATE = 1 << 20;

  private Relay() {}

  static void main(String[] arguments) {
    int status = BROKEN;
    try {
      status = run(RelayOptions.parse(List.of(arguments)));
    } catch (IOException | IllegalArgumentException | InterruptedException failure) {
      System.err.println("keymantle: the sandbox failed: " + failure.getMessage());
    }
    Runtime.getRuntime().halt(status);
  }

  private static int run(RelayOptions options) throws IOException, InterruptedException {
    NativeCalls calls = new NativeCalls();
    calls.hideFromTracing();
    calls.forbidCoreFiles();
    Tunnels tunnels = null;
    if (options.port() != 0) {
      String token = System.getenv(RelayOptions.TOKEN_VARIABLE);
      tunnels =
          Tunnels.listen(
              options.port(), Path.of(RelayOptions.GATEWAY_SOCKET), token == null ? "" : token);
    }
    List<Variable> environment = new ArrayList<>(calls.environment(RelayOptions.CHILD_PREFIX));
    environment.addAll(deliver(options.delivery()));
    calls.closeDescriptorsOnSpawn();

    AtomicInteger status = new AtomicInteger(BROKEN);
    // Threads inherit the filter of the thread that makes them, so this one makes none.
    Thread keeper =
        Thread.ofPlatform()
            .name("agent")
            .unstarted(() -> status.set(keep(calls, options, environment)));
    keeper.start();
    if (tunnels != null) {
      Tunnels open = tunnels;
      Thread.ofPlatform().daemon().name("tunnels").start(open::serve);
    }
    keeper.join();
    return status.get();
  }

  private static int keep(NativeCalls calls, RelayOptions options, List<Variable> environment) {
    try {
      calls.filterThisThread(
          AgentFilter.program(
              SystemCall.Architecture.named(System.getProperty("os.arch")),
              options.allowUnixSockets()));
      int process = start(calls, options.command(), environment);
      return process > 0 ? calls.waitFor(process) : explain(options.command().getFirst(), -process);
    } catch (IOException failure) {
      System.err.println("keymantle: the sandbox failed: " + failure.getMessage());
      return BROKEN;
    }
  }

  private static int start(NativeCalls calls, List<String> command, List<Variable> environment) {
    int result = -ENOENT;
    for (String path : candidates(command.getFirst(), environment)) {
      int attempt = calls.spawn(path, command, environment);
      if (attempt == -ENOEXEC) {
        List<String> script = new ArrayList<>(command);
        script.set(0, path);
        script.addFirst("sh");
        attempt = calls.spawn("/bin/sh", script, environment);
      }
      if (attempt > 0) {
        return attempt;
      }
      // As a shell does: a forbidden program is reported rather than a missing one.
      if (attempt != -ENOENT && attempt != -ENOTDIR) {
        result = attempt;
      }
    }
    return result;
  }

  private static List<String> candidates(String program, List<Variable> environment) {
    if (program.contains("/")) {
      return List.of(program);
    }
    String path =
        environment.stream()
            .filter(entry -> entry.isNamed("PATH"))
            .map(entry -> entry.text().substring(5))
            .findFirst()
            .orElse("/usr/bin:/bin");
    return Arrays.stream(path.split(":", -1))
        .map(folder -> (folder.isEmpty() ? "." : folder) + "/" + program)
        .filter(candidate -> Files.isRegularFile(Path.of(candidate)))
        .toList();
  }

  private static int explain(String program, int error) {
    boolean missing = error == ENOENT || error == ENOTDIR;
    System.err.println(
        "keymantle: "
            + program
            + (missing ? ": no such program in the sandbox" : ": cannot be executed"));
    return missing ? NOT_FOUND : NOT_EXECUTABLE;
  }

  /// Reads the private bytes from standard input and puts them where the command finds them.
  private static List<Variable> deliver(PrivateDelivery delivery) throws IOException {
    return switch (delivery) {
      case PrivateDelivery.None() -> List.of();
      case PrivateDelivery.StandardInput() -> List.of();
      case PrivateDelivery.Variable(String name) -> {
        byte[] bytes = readPrivate();
        byte[] start = (name + "=").getBytes(StandardCharsets.UTF_8);
        byte[] entry = Arrays.copyOf(start, start.length + bytes.length);
        System.arraycopy(bytes, 0, entry, start.length, bytes.length);
        yield List.of(Variable.of(entry));
      }
      case PrivateDelivery.File(String variable) -> {
        byte[] bytes = readPrivate();
        Path file = Path.of(RelayOptions.PRIVATE_FILE);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream output = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
          output.write(bytes);
        }
        yield List.of(Variable.of((variable + "=" + file).getBytes(StandardCharsets.UTF_8)));
      }
    };
  }

  /// Reads exactly the frame: what follows on standard input belongs to the command.
  private static byte[] readPrivate() throws IOException {
    DataInputStream input = new DataInputStream(new FileInputStream(FileDescriptor.in));
    int length = input.readInt();
    if (length < 0 || length > MAX_PRIVATE) {
      throw new IOException("the private bytes are too long");
    }
    byte[] bytes = new byte[length];
    input.readFully(bytes);
    return bytes;
  }
}
