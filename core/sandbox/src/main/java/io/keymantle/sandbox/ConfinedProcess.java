package io.keymantle.sandbox;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// A started bubblewrap: its child is the [Relay], whose child is the command.
///
/// The kernel ends bubblewrap when the *thread* that started it ends, so each has a thread of its
/// own that starts it and then waits for it.
final class ConfinedProcess implements Confined {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Process process;
  private final PrivateDelivery delivery;

  private ConfinedProcess(Process process, PrivateDelivery delivery) {
    this.process = process;
    this.delivery = delivery;
  }

  static ConfinedProcess start(ProcessBuilder builder, PrivateDelivery delivery) {
    CompletableFuture<Process> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("sandbox")
        .start(() -> {
          try {
            Process process = builder.start();
            started.complete(process);
            process.waitFor();
          } catch (IOException | RuntimeException failure) {
            started.completeExceptionally(failure);
          } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
          }
        });
    try {
      return new ConfinedProcess(started.join(), delivery);
    } catch (CompletionException failure) {
      throw RefusedException.of(
          ErrorCode.ISOLATION_UNAVAILABLE,
          "bubblewrap could not be started",
          "see what is wrong with: keymantle doctor");
    }
  }

  @Override
  public void handOver(byte[] bytes, int offset, int length) throws IOException {
    OutputStream stdin = process.getOutputStream();
    switch (delivery) {
      case PrivateDelivery.None() ->
          throw new IllegalStateException("nothing is to be handed over");
      case PrivateDelivery.StandardInput() -> {
        stdin.write(bytes, offset, length);
        stdin.close();
      }
      case PrivateDelivery.Variable _, PrivateDelivery.File _ -> {
        new DataOutputStream(stdin).writeInt(length);
        stdin.write(bytes, offset, length);
        stdin.flush();
      }
    }
  }

  @Override
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  @Override
  public InputStream stdout() {
    return process.getInputStream();
  }

  @Override
  public InputStream stderr() {
    return process.getErrorStream();
  }

  @Override
  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public Optional<Integer> waitFor(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)
        ? Optional.of(process.exitValue())
        : Optional.empty();
  }

  @Override
  public void terminate() {
    List<ProcessHandle> commands = process.children().flatMap(ProcessHandle::children).toList();
    if (commands.isEmpty()) {
      close();
    }
    commands.forEach(ProcessHandle::destroy);
  }

  @Override
  public void close() {
    // The end of process 1 is the end of its namespace; bubblewrap follows.
    process.children().forEach(ProcessHandle::destroyForcibly);
    try {
      if (process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
