package io.keymantle.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/// An agent on this JVM's terminal. The terminal sends Ctrl-C to this JVM, bubblewrap and the agent
/// alike; it is the agent's to decide, so both others ignore it while it runs. (Ctrl-\ ends all
/// three: the JVM keeps it for itself.)
final class ForegroundProcess implements Confined {
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final ConfinedProcess process;
  private final TerminalInterrupt interrupt;
  private final Thread passOn;

  private ForegroundProcess(ConfinedProcess process, TerminalInterrupt interrupt) {
    this.process = process;
    this.interrupt = interrupt;
    this.passOn = Thread.ofPlatform().unstarted(this::endGently);
  }

  static ForegroundProcess start(ProcessBuilder builder) {
    // Ignored signals stay ignored in bubblewrap; the relay gives the agent the default back.
    TerminalInterrupt interrupt = TerminalInterrupt.ignore();
    ForegroundProcess process =
        new ForegroundProcess(
            ConfinedProcess.start(builder, new PrivateDelivery.None()), interrupt);
    Runtime.getRuntime().addShutdownHook(process.passOn);
    return process;
  }

  private void endGently() {
    process.terminate();
    try {
      if (process.waitFor(GRACE).isEmpty()) {
        process.close();
      }
    } catch (InterruptedException ending) {
      process.close();
    }
  }

  @Override
  public int waitFor() throws InterruptedException {
    int status = process.waitFor();
    giveBack();
    return status;
  }

  @Override
  public Optional<Integer> waitFor(Duration limit) throws InterruptedException {
    Optional<Integer> status = process.waitFor(limit);
    status.ifPresent(ended -> giveBack());
    return status;
  }

  private void giveBack() {
    interrupt.giveBack();
    try {
      Runtime.getRuntime().removeShutdownHook(passOn);
    } catch (IllegalStateException shuttingDown) {
      // The hook itself is what ended the agent.
    }
  }

  @Override
  public void handOver(byte[] bytes, int offset, int length) throws IOException {
    throw new IllegalStateException("an agent is handed nothing over");
  }

  @Override
  public OutputStream stdin() {
    return OutputStream.nullOutputStream();
  }

  @Override
  public InputStream stdout() {
    return InputStream.nullInputStream();
  }

  @Override
  public InputStream stderr() {
    return InputStream.nullInputStream();
  }

  @Override
  public void terminate() {
    process.terminate();
  }

  @Override
  public void close() {
    process.close();
    giveBack();
  }
}
