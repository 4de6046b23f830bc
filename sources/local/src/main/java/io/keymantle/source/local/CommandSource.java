package io.keymantle.source.local;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceValue;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// `exec:/path arguments`: what a command prints, such as a password manager's.
///
/// The command is named by its absolute path, which only root and the broker's user may be able to
/// change ([TrustedPath]); it is run as the broker's user, without a shell, in `/`, with PATH, HOME
/// and LANG as its whole environment and nothing on its standard input. It has 10 s and 64 KiB. One
/// newline at the end is not part of the value. What it prints on standard error is thrown away,
/// since that may be the value.
///
/// Not guaranteed: that no copy stays in the broker's memory until it is collected; the JDK's pipe
/// has a buffer of its own.
public final class CommandSource implements SecretSource {
  /// How long a command may take.
  public static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Path homeDirectory;
  private final Duration timeLimit;

  /// @param homeDirectory what commands find as HOME
  public CommandSource(Path homeDirectory) {
    this(homeDirectory, TIME_LIMIT);
  }

  CommandSource(Path homeDirectory, Duration timeLimit) {
    this.homeDirectory = homeDirectory;
    this.timeLimit = timeLimit;
  }

  @Override
  public String scheme() {
    return "exec";
  }

  @Override
  public void check(SourceReference reference) {
    parse(reference);
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    List<String> command = new ArrayList<>(parse(reference));
    Path executable = Path.of(command.getFirst());
    command.set(0, requireTrusted(executable).toString());
    Process process = start(executable, command);
    byte[] buffer = new byte[SecretBytes.MAX_LENGTH + 2];
    try {
      int length = output(executable, process, buffer);
      int status = process.exitValue();
      if (status != 0) {
        throw SourceErrors.failed(
            executable + " ended with status " + status,
            "run the command by hand as the broker's user, and mend what it says");
      }
      byte[] value = Arrays.copyOf(buffer, SourceErrors.lengthWithoutNewline(buffer, length));
      return SourceErrors.value(credential, value, "the output of " + executable);
    } finally {
      Arrays.fill(buffer, (byte) 0);
      end(process);
    }
  }

  private static Path requireTrusted(Path executable) throws SourceException {
    try {
      Optional<TrustedPath.Unsafe> unsafe = TrustedPath.unsafe(executable);
      if (unsafe.isPresent()) {
        throw SourceErrors.failed(unsafe.get().message(), unsafe.get().fix());
      }
      Path real = executable.toRealPath();
      if (!Files.isRegularFile(real) || !Files.isExecutable(real)) {
        throw SourceErrors.failed(executable + " is not executable", "chmod u+x " + executable);
      }
      // Programs such as busybox go by the name that they are called by.
      return executable;
    } catch (NoSuchFileException e) {
      throw SourceErrors.notFound(
          executable + " does not exist", "install it, or change the source");
    } catch (IOException e) {
      throw SourceErrors.failed("the broker cannot look at " + executable, "name another command");
    }
  }

  private Process start(Path executable, List<String> command) throws SourceException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", PATH);
    environment.put("HOME", homeDirectory.toString());
    environment.put("LANG", "C.UTF-8");
    try {
      return builder.start();
    } catch (IOException e) {
      throw SourceErrors.failed(
          executable + " cannot be started", "run it by hand as the broker's user");
    }
  }

  /// Reads until the output ends, and waits for the command to end.
  private int output(Path executable, Process process, byte[] buffer) throws SourceException {
    long deadline = System.nanoTime() + timeLimit.toNanos();
    CompletableFuture<Integer> reading = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> readInto(buffer, process, reading));
    try {
      int length = reading.get(timeLimit.toNanos(), TimeUnit.NANOSECONDS);
      if (length == buffer.length) {
        throw SourceErrors.failed(
            executable + " printed more than " + SecretBytes.MAX_LENGTH + " bytes",
            "make it print the value alone");
      }
      if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw tooSlow(executable);
      }
      return length;
    } catch (TimeoutException e) {
      throw tooSlow(executable);
    } catch (ExecutionException e) {
      throw SourceErrors.failed(
          "the output of " + executable + " cannot be read", "run it by hand");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceErrors.failed(executable + " was interrupted", "try again");
    }
  }

  private static void readInto(byte[] buffer, Process process, CompletableFuture<Integer> reading) {
    try (InputStream in = process.getInputStream()) {
      reading.complete(in.readNBytes(buffer, 0, buffer.length));
    } catch (IOException e) {
      reading.completeExceptionally(e);
    }
  }

  private SourceException tooSlow(Path executable) {
    return new SourceException(
        SourceException.Reason.TIMEOUT,
        executable + " did not end within " + timeLimit.toSeconds() + " s",
        "run it by hand as the broker's user: it may be waiting for a person");
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static List<String> parse(SourceReference reference) {
    List<String> words =
        Words.split(reference.locator())
            .orElseThrow(() ->
                SourceErrors.malformed(
                    "the command has a quote that does not end", "close the quote"));
    if (words.isEmpty() || TrustedPath.parse(words.getFirst()).isEmpty()) {
      throw SourceErrors.malformed(
          "an exec source names its command by the absolute path, without . and ..",
          "write exec:/usr/bin/pass show github");
    }
    return words;
  }
}
