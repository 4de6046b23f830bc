package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Sees to it that a run ends with its agent, also when this process is told to end.
final class RunEnd implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final Invocation invocation;
  private final BrokerClient broker;
  private final RunGrant grant;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hold;

  RunEnd(Invocation invocation, BrokerClient broker, RunGrant grant) {
    this.invocation = invocation;
    this.broker = broker;
    this.grant = grant;
    // Holds the JVM's end back until the broker knows.
    this.hold = Thread.ofPlatform().unstarted(this::awaitEnd);
    Runtime.getRuntime().addShutdownHook(hold);
  }

  /// Waits for the agent's end and returns its status.
  int await(AgentProcess.Running agent) {
    while (true) {
      try {
        return agent.waitFor();
      } catch (InterruptedException e) {
        // Nothing here interrupts; whoever does means the agent.
        agent.terminate();
      }
    }
  }

  private void awaitEnd() {
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      broker.endRun(grant.run(), grant.token());
    } catch (RefusedException e) {
      // A run that the agent's revocation has ended is what was wanted.
      if (e.problem().code() == ErrorCode.BROKER_UNREACHABLE) {
        invocation.note(
            "the broker does not run, so this run's tokens could not be ended; fix: keymantle up &&"
                + " keymantle grant revoke --agent "
                + grant.agent());
      }
    } finally {
      ended.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hold);
      } catch (IllegalStateException endingAlready) {
        hold.interrupt();
      }
    }
  }
}
