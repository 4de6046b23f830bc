package io.keymantle.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Runs the `keymantle` launcher as a user would, with a given environment on top of this process's
/// own.
public record KeymantleCommand(Path launcher, Map<String, String> environment) {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /// A thread per stream: on a small machine the common pool would let one command's output wait
  /// for another command's end.
  private static final Executor READERS = Thread::startVirtualThread;

  /// What a command gave back.
  public record Result(int status, String output, String errors) {
    /// Both streams.
    public String all() {
      return output + errors;
    }
  }

  /// Runs to the end with nothing on standard input.
  public Result run(String... arguments) {
    return run(new byte[0], Path.of("").toAbsolutePath(), arguments);
  }

  /// Runs to the end.
  ///
  /// @throws IllegalStateException when the command takes longer than three minutes
  public Result run(byte[] input, Path folder, String... arguments) {
    try {
      Process process = start(folder, arguments);
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> read(process.getInputStream()), READERS);
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> read(process.getErrorStream()), READERS);
      try (var stdin = process.getOutputStream()) {
        stdin.write(input);
      }
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "keymantle " + String.join(" ", arguments) + " did not end");
      }
      return new Result(process.exitValue(), output.join(), errors.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Starts a command whose output the caller reads while it runs.
  public Process start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /// Runs to the end and insists on success.
  public Result must(byte[] input, String... arguments) {
    Result result = run(input, Path.of("").toAbsolutePath(), arguments);
    if (result.status() != 0) {
      throw new IllegalStateException(
          "keymantle "
              + String.join(" ", arguments)
              + " ended with "
              + result.status()
              + ": "
              + result.all().strip());
    }
    return result;
  }

  public Result must(String... arguments) {
    return must(new byte[0], arguments);
  }

  private static String read(java.io.InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
