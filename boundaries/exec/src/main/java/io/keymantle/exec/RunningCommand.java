package io.keymantle.exec;

import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.exec.CommandBoundary.Attempt;
import io.keymantle.sandbox.Confined;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One command between its start and its end: hands the value over, feeds its input, passes its
/// output on, and ends it early where it must.
final class RunningCommand {
  private final Confined process;
  private final Attempt attempt;
  private final RedactedOutput output;
  // Why the command was ended early: the first reason counts.
  private final AtomicReference<@Nullable ErrorCode> ended = new AtomicReference<>();

  RunningCommand(Confined process, Attempt attempt, RedactedOutput output) {
    this.process = process;
    this.attempt = attempt;
    this.output = output;
  }

  /// @return the exit status
  int finish() throws InterruptedException {
    Thread stdout = pass(OutputListener.Stream.STDOUT, process.stdout());
    Thread stderr = pass(OutputListener.Stream.STDERR, process.stderr());
    AutoCloseable grantWatch = attempt.grant().onEnd(() -> end(ErrorCode.GRANT_REVOKED));
    AutoCloseable sessionWatch = attempt.session().onEnd(() -> end(ErrorCode.AGENT_REVOKED));
    try {
      handOver();
      feed();
      Optional<Integer> status = process.waitFor(attempt.match().binding().timeLimit());
      if (status.isEmpty()) {
        end(ErrorCode.COMMAND_TIMEOUT);
      }
      stdout.join();
      stderr.join();
      ErrorCode reason = ended.get();
      if (reason != null) {
        throw refusal(reason);
      }
      return status.isPresent() ? status.get() : process.waitFor();
    } finally {
      process.close();
      forget(grantWatch);
      forget(sessionWatch);
    }
  }

  private void handOver() {
    attempt
        .lease()
        .reveal((bytes, offset, length) -> {
          try {
            process.handOver(bytes, offset, length);
          } catch (IOException broken) {
            // The sandbox or the command ended already; its status and output say why.
            process.terminate();
          }
        });
  }

  private void feed() {
    if (attempt.match().binding().delivery() instanceof CommandBinding.Delivery.StandardInput) {
      return;
    }
    Thread.ofVirtual()
        .start(() -> {
          try (OutputStream stdin = process.stdin()) {
            Channels.newChannel(stdin).write(attempt.request().stdin().duplicate());
          } catch (IOException unread) {
            // A command need not read its input.
          }
        });
  }

  private Thread pass(OutputListener.Stream name, InputStream from) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            if (!output.pass(name, from)) {
              end(ErrorCode.OUTPUT_TOO_LARGE);
            }
          } catch (IOException gone) {
            end(ErrorCode.REQUEST_TIMEOUT);
          } catch (RuntimeException defect) {
            end(ErrorCode.INTERNAL);
          }
        });
  }

  private void end(ErrorCode reason) {
    ended.compareAndSet(null, reason);
    process.close();
  }

  private RefusedException refusal(ErrorCode reason) {
    CommandBinding binding = attempt.match().binding();
    String credential = attempt.grant().credential().value();
    String message;
    String fix;
    switch (reason) {
      case COMMAND_TIMEOUT -> {
        message = "the command ran longer than " + binding.timeLimit().toSeconds() + " s";
        fix = "raise \"timeLimit\" in the binding of " + credential;
      }
      case OUTPUT_TOO_LARGE -> {
        message = "the command wrote more than " + binding.outputLimit() + " bytes";
        fix = "raise \"outputLimit\" in the binding of " + credential;
      }
      case GRANT_REVOKED -> {
        message = "the grant ended while the command ran";
        fix = "ask again with: keymantle request " + credential;
      }
      case AGENT_REVOKED -> {
        message = "the agent's session ended while the command ran";
        fix = "";
      }
      case REQUEST_TIMEOUT -> {
        message = "nobody read the command's output any more";
        fix = "";
      }
      default -> {
        message = "the command's output could not be redacted";
        fix = "";
      }
    }
    return RefusedException.about(attempt.grant().credential(), reason, message, fix);
  }

  private static void forget(AutoCloseable watch) {
    try {
      watch.close();
    } catch (Exception harmless) {
      // The action may run once more; ending an ended process does nothing.
    }
  }
}
