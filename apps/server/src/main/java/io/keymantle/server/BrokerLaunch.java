package io.keymantle.server;

import io.keymantle.cli.CommandLineProgram;
import io.keymantle.cli.Invocation;
import io.keymantle.cli.Terminal;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RootKey;
import io.keymantle.secret.SecretAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Starts a broker process of its own and waits until it says that it is ready.
final class BrokerLaunch {
  /// The first line that a ready broker writes; the rest of it is its status as JSON.
  static final String READY = "keymantle-ready ";

  /// The environment that a broker starts with: what `env:` sources may read is the caller's to
  /// decide, but nothing that steers a JVM.
  private static final Set<String> NEVER =
      Set.of(
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "CLASSPATH",
          "LD_PRELOAD",
          "LD_LIBRARY_PATH",
          "LD_AUDIT");

  private final Invocation invocation;
  private final BrokerOptions options;

  BrokerLaunch(Invocation invocation, BrokerOptions options) {
    this.invocation = invocation;
    this.options = options;
  }

  int launch() throws IOException {
    HomeDirectory home = invocation.home();
    Optional<RootKey> key = RootKeys.forHome(invocation);
    if (key.isPresent() && key.get() instanceof RootKey.Passphrase) {
      // A wrong passphrase is answered here, at once, rather than by a process that has gone to the
      // background.
      Keyring.open(home.path(), key.get(), new java.security.SecureRandom()).close();
    }
    Process process = start(home, key);
    String last = "";
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(READY)) {
          String[] parts = line.substring(READY.length()).split(" ", 4);
          return UpCommand.ready(
              invocation, parts[3], parts[0], parts[1], parts[2].equals("sealed"));
        }
        last = line;
      }
    }
    throw CommandLineProgram.problemIn(last)
        .map(RefusedException::new)
        .orElseGet(() -> diedSilently(home));
  }

  private Process start(HomeDirectory home, Optional<RootKey> key) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("keymantle.launcher", "keymantle"),
                "up",
                "--foreground",
                "--json"));
    command.addAll(options.arguments(invocation));
    if (key.isPresent() && key.get() instanceof RootKey.Passphrase) {
      command.add("--passphrase-stdin");
    }
    Path log = home.log();
    Files.createDirectories(home.logs());
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.path().toFile());
    builder.environment().keySet().removeAll(NEVER);
    builder.environment().keySet().removeIf(name -> name.startsWith(Terminal.KEPT));
    // Its files are among the arguments: a relative path would be one of the new folder.
    builder.environment().remove(BrokerOptions.CA_VARIABLE);
    builder.environment().put("KEYMANTLE_HOME", home.path().toString());
    builder.environment().put("KEYMANTLE_DETACHED", "1");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process = builder.start();
    try (OutputStream stdin = process.getOutputStream()) {
      if (key.isPresent() && key.get() instanceof RootKey.Passphrase passphrase) {
        passphrase
            .secret()
            .reveal(
                SecretAccess.insecureMint(),
                (bytes, offset, length) -> write(stdin, bytes, offset, length));
        passphrase.secret().close();
      }
    }
    return process;
  }

  private static void write(OutputStream stdin, byte[] bytes, int offset, int length) {
    try {
      stdin.write(bytes, offset, length);
      stdin.flush();
    } catch (IOException e) {
      // The broker ended before it read: its own message says why.
    }
  }

  /// Killed, or a JVM that would not start: nobody was left to say why.
  private static RefusedException diedSilently(HomeDirectory home) {
    return RefusedException.of(
        ErrorCode.INTERNAL,
        "the broker ended before it was ready",
        "see why with: keymantle up --foreground, or read " + home.log());
  }
}
