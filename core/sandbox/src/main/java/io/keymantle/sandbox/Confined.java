package io.keymantle.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/// A process running in a sandbox. When it ends, everything it started ends with it; when the
/// starting JVM dies, it dies too. Thread-safe.
public interface Confined extends AutoCloseable {
  /// Gives the private bytes of a [CommandProfile] to the command, which does not start before.
  /// Call it once, before writing to [#stdin], and not for [PrivateDelivery.None]. Keeps no copy.
  ///
  /// @throws IOException when the sandbox could not be made; [#stderr] says why
  void handOver(byte[] bytes, int offset, int length) throws IOException;

  /// The command's standard input. Not for an agent, which has the terminal.
  OutputStream stdin();

  /// The command's standard output. Not for an agent, which has the terminal.
  InputStream stdout();

  /// The command's standard error. Not for an agent, which has the terminal.
  InputStream stderr();

  /// Waits for the end: the exit status, or 128 and the number of the signal that ended it.
  int waitFor() throws InterruptedException;

  /// Waits for the end at most so long; empty when it still runs.
  Optional<Integer> waitFor(Duration limit) throws InterruptedException;

  /// Asks the process to end (SIGTERM); an agent under `run` can tidy up.
  void terminate();

  /// Ends the process and everything it started, at once. Idempotent.
  @Override
  void close();
}
