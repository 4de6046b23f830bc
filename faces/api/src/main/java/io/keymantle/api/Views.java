package io.keymantle.api;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialSpec;
import io.keymantle.control.IssuedGrant;
import io.keymantle.control.StartedRun;
import io.keymantle.control.StoredGrant;
import io.keymantle.domain.Agent;
import io.keymantle.domain.Credential;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.Grant;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/// What the API shows of each thing.
final class Views {
  private Views() {}

  /// A credential with its name and history; its own fields as in imports.
  static void credential(JsonGenerator json, Credential credential) {
    json.writeStringProperty("name", credential.name().value());
    CredentialCodec.writeFields(json, CredentialSpec.of(credential));
    json.writeNumberProperty("valueVersion", credential.valueVersion());
    json.writeStringProperty("changedAt", credential.changedAt().toString());
  }

  static void agent(JsonGenerator json, Agent agent) {
    json.writeStringProperty("name", agent.name().value());
    json.writeStringProperty("createdAt", agent.createdAt().toString());
    json.writeBooleanProperty("revoked", agent.revoked());
    EgressPolicy egress = agent.egress();
    json.writeObjectPropertyStart("egress");
    json.writeStringProperty("mode", mode(egress.mode()));
    JsonText.texts(json, "allow", egress.allowed().stream().sorted().toList());
    JsonText.texts(json, "tunnel", egress.tunnelled().stream().sorted().toList());
    json.writeEndObject();
  }

  static String mode(EgressPolicy.Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static void grant(JsonGenerator json, StoredGrant stored, Instant now) {
    Grant grant = stored.grant();
    json.writeStringProperty("grant", grant.id().value());
    json.writeStringProperty("credential", grant.credential().value());
    json.writeStringProperty("agent", grant.agent().value());
    json.writeStringProperty("state", state(stored, now));
    json.writeStringProperty("trust", grant.trust().toString());
    json.writeStringProperty("reason", grant.reason());
    json.writeStringProperty("issuedAt", grant.issuedAt().toString());
    json.writeStringProperty("expiresAt", grant.expiresAt().toString());
    json.writeNumberProperty("uses", grant.uses());
    json.writeNumberProperty("used", stored.used());
    grant.run().ifPresent(run -> json.writeStringProperty("run", run));
    grant.revokedAt().ifPresent(at -> json.writeStringProperty("revokedAt", at.toString()));
  }

  static String state(StoredGrant stored, Instant now) {
    Grant grant = stored.grant();
    if (grant.revokedAt().isPresent()) {
      return "revoked";
    }
    if (!grant.isLive(now)) {
      return "expired";
    }
    return grant.uses() > 0 && stored.used() >= grant.uses() ? "used-up" : "live";
  }

  /// A new run with its token and those of its grants, shown once.
  static void started(JsonGenerator json, StartedRun started) {
    json.writeStringProperty("run", started.run().id());
    json.writeStringProperty("token", started.token());
    JsonText.array(json, "grants", started.grants(), Views::issued);
  }

  /// A new grant with its token, shown once.
  static void issued(JsonGenerator json, IssuedGrant issued) {
    Grant grant = issued.grant();
    json.writeStringProperty("credential", grant.credential().value());
    json.writeStringProperty("grant", grant.id().value());
    json.writeStringProperty("token", issued.token().display(grant.credential()));
    json.writeStringProperty("bare", issued.token().value());
    json.writeStringProperty("expiresAt", grant.expiresAt().toString());
  }
}
