package io.keymantle.redeem;

import io.keymantle.domain.Agent;
import io.keymantle.domain.TrustLevel;
import java.time.Clock;

/// What one agent token opens: shared by all connections that came with it.
final class Session implements AgentSession {
  private final AgentEntry agent;
  private final TrustLevel trust;
  private final String run;
  private final Clock clock;
  private final long expiresAtMillis;
  private final EndSignal signal = new EndSignal();

  Session(AgentEntry agent, TrustLevel trust, String run, Clock clock, long expiresAtMillis) {
    this.agent = agent;
    this.trust = trust;
    this.run = run;
    this.clock = clock;
    this.expiresAtMillis = expiresAtMillis;
  }

  AgentEntry entry() {
    return agent;
  }

  void end() {
    signal.end();
  }

  @Override
  public Agent agent() {
    return agent.agent();
  }

  @Override
  public TrustLevel trust() {
    return trust;
  }

  @Override
  public String run() {
    return run;
  }

  @Override
  public boolean isLive() {
    return !signal.hasEnded() && clock.millis() < expiresAtMillis;
  }

  @Override
  public AutoCloseable onEnd(Runnable action) {
    return signal.onEnd(action);
  }
}
