package io.keymantle.control;

import io.keymantle.domain.Agent;

/// A new agent with its token (`kma_…`). The token is shown once, here.
public record NewAgent(Agent agent, String token) {
  @Override
  public String toString() {
    return "NewAgent[" + agent.name() + "]";
  }
}
