package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// `down`: stops the broker and waits until it is gone.
final class DownCommand implements Command {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  @Override
  public CommandDescription describe() {
    return Describe.command("down", "Stop the broker; returns when it is gone.")
        .examples("keymantle down", "keymantle down --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AdminClient broker = invocation.admin();
    long pid = broker.get("/v1/status").number("pid");
    try {
      broker.post("/v1/shutdown", Map.of());
    } catch (EOFException e) {
      // It was gone before its answer was: what counts is its end.
    }
    ProcessHandle.of(pid).ifPresent(DownCommand::awaitEnd);
    invocation.say(invocation.json() ? "{\"stopped\":true,\"pid\":" + pid + "}" : "stopped");
    return ExitStatus.DONE;
  }

  /// The JDK's own wait for a process that is not a child looks only every 300 ms and less.
  private static void awaitEnd(ProcessHandle broker) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (broker.isAlive() && !isZombie(broker.pid())) {
      if (System.nanoTime() > deadline) {
        throw RefusedException.of(
            ErrorCode.INTERNAL,
            "the broker has not ended after " + PATIENCE.toSeconds() + " s",
            "kill " + broker.pid());
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  /// Whether it has ended, and only its parent has not asked how: in a container that may be never.
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.startsWith(") Z", stat.lastIndexOf(')'));
    } catch (IOException e) {
      return false;
    }
  }
}
