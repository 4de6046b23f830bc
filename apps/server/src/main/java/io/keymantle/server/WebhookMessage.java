package io.keymantle.server;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalRequest;
import java.io.StringWriter;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One announcement, as the Standard Webhooks specification (1.0.0) has it.
///
/// @param id the same for every try
/// @param body JSON
record WebhookMessage(String id, String body) {
  private static final JsonFactory FACTORY = new JsonFactory();

  static WebhookMessage of(Approval approval, Instant now) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("type", "approval." + approval.state());
      json.writeStringProperty("timestamp", now.toString());
      json.writeObjectPropertyStart("data");
      json.writeStringProperty("approval", approval.id().value());
      json.writeStringProperty("state", approval.state().toString());
      json.writeStringProperty("kind", approval.request().kind().toString());
      json.writeStringProperty("summary", approval.request().summary());
      json.writeStringProperty(
          approval.request().kind() == ApprovalRequest.Kind.CHANGE ? "person" : "agent",
          approval.request().agent().value());
      json.writeStringProperty("credential", approval.request().credential().value());
      // Apart and named so, because a chat may show it: it decides nothing.
      json.writeStringProperty("agentsOwnWords", approval.request().reason());
      json.writeStringProperty("digest", approval.digest());
      json.writeStringProperty("expiresAt", approval.answerBy().toString());
      json.writeBooleanProperty(
          "breakGlass", approval.votes().stream().anyMatch(vote -> vote.breakGlass()));
      json.writeStringProperty("answer", "keymantle approval show " + approval.id());
      json.writeEndObject();
      json.writeEndObject();
    }
    return new WebhookMessage("msg_" + approval.id() + "_" + approval.version(), text.toString());
  }

  /// What is signed.
  String content(long timestamp) {
    return id + "." + timestamp + "." + body;
  }
}
