package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the broker gave for one run.
///
/// @param token the run's agent token
/// @param tokens broker tokens, bare, by the variable that they go into
/// @param broker where the agent reaches it
record RunGrant(
    String agent, String run, String token, Map<String, String> tokens, BrokerPlace broker) {

  /// @param broker where the agent reaches it
  /// @param variables which credential's token goes into which variable
  static RunGrant of(
      String agent, JsonObject reply, BrokerPlace broker, Map<String, CredentialName> variables) {
    Map<String, String> byCredential = new HashMap<>();
    for (JsonObject grant : reply.objects("grants")) {
      byCredential.put(grant.text("credential"), grant.text("bare"));
    }
    Map<String, String> tokens = new LinkedHashMap<>();
    variables.forEach((variable, credential) ->
        tokens.put(variable, byCredential.getOrDefault(credential.value(), "")));
    if (reply.text("token").isEmpty() || tokens.containsValue("")) {
      throw RefusedException.of(
          ErrorCode.UPSTREAM_INVALID,
          "the broker's answer lacks a token",
          "use the command line and broker of one version: keymantle status");
    }
    return new RunGrant(agent, reply.text("run"), reply.text("token"), tokens, broker);
  }

  /// Hides the tokens.
  @Override
  public String toString() {
    return "RunGrant[" + run + "]";
  }
}
