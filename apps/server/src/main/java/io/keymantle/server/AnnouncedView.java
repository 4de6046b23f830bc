package io.keymantle.server;

import io.keymantle.api.EventPort.Event;
import io.keymantle.api.Events;
import io.keymantle.control.LiveView;
import io.keymantle.control.Run;
import io.keymantle.control.StoredAgent;
import io.keymantle.control.StoredGrant;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.GrantId;

/// A live view whose changes the console's pages are told of, once they have taken effect.
record AnnouncedView(LiveView view, Events events) implements LiveView {
  @Override
  public void credentialChanged(Credential credential) {
    view.credentialChanged(credential);
    tell("credential", credential.name().value());
  }

  @Override
  public void credentialRemoved(CredentialName name) {
    view.credentialRemoved(name);
    tell("credential", name.value());
  }

  @Override
  public void agentAdded(StoredAgent agent) {
    view.agentAdded(agent);
    tell("agent", agent.agent().name().value());
  }

  @Override
  public void agentRevoked(AgentName name) {
    view.agentRevoked(name);
    tell("agent", name.value());
  }

  @Override
  public void runStarted(Run run) {
    view.runStarted(run);
    tell("run", run.id());
  }

  @Override
  public void runEnded(String run) {
    view.runEnded(run);
    tell("run", run);
  }

  @Override
  public void grantIssued(StoredGrant grant) {
    view.grantIssued(grant);
    tell("grant", grant.grant().id().value());
  }

  @Override
  public void grantEnded(GrantId grant, ErrorCode why) {
    view.grantEnded(grant, why);
    tell("grant", grant.value());
  }

  @Override
  public void grantForgotten(GrantId grant) {
    view.grantForgotten(grant);
  }

  private void tell(String name, String id) {
    events.tell(new Event(name, id));
  }
}
