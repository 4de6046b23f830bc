package io.keymantle.api;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalRequest;
import io.keymantle.control.ApprovalRequest.Target;
import io.keymantle.control.Approvals;
import io.keymantle.control.Standing;
import io.keymantle.control.Vote;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.PersonName;
import tools.jackson.core.JsonGenerator;

/// What the API shows of approvals.
final class ApprovalViews {
  private ApprovalViews() {}

  /// All that a person needs to answer it.
  ///
  /// @param asking who looks at it
  static void whole(JsonGenerator json, Approvals approvals, Approval approval, PersonName asking) {
    ApprovalRequest request = approval.request();
    json.writeStringProperty("id", approval.id().value());
    json.writeStringProperty("state", approval.state().toString());
    json.writeStringProperty("kind", request.kind().toString());
    json.writeStringProperty("summary", request.summary());
    json.writeStringProperty("credential", request.credential().value());
    if (request.kind() == ApprovalRequest.Kind.CHANGE) {
      json.writeStringProperty("person", request.agent().value());
      JsonText.texts(json, "changes", request.target().headers());
    } else {
      json.writeStringProperty("agent", request.agent().value());
      json.writeStringProperty("reason", request.reason());
      json.writeStringProperty("trust", request.trust().toString());
      request.run().ifPresent(run -> json.writeStringProperty("run", run));
    }
    if (request.kind() == ApprovalRequest.Kind.USE) {
      target(json, request.target());
    }
    json.writeStringProperty("digest", approval.digest());
    json.writeStringProperty("createdAt", approval.createdAt().toString());
    json.writeStringProperty("expiresAt", approval.answerBy().toString());
    JsonText.array(
        json,
        "needs",
        approvals.standing(approval),
        (out, standing) -> {
          need(out, standing);
          out.writeBooleanProperty("asksYou", approvals.asks(approval, standing.rule(), asking));
        });
    JsonText.array(json, "votes", approval.votes(), ApprovalViews::vote);
    approval
        .until()
        .ifPresent(until -> {
          json.writeStringProperty("scope", approval.scope().toString());
          json.writeStringProperty("until", until.toString());
        });
    json.writeBooleanProperty("mayVote", approvals.mayAnswer(approval, asking));
    json.writeNumberProperty("waiting", approvals.waiting(approval.id()));
  }

  private static void target(JsonGenerator json, Target target) {
    json.writeStringProperty("destination", target.destination());
    json.writeStringProperty("method", target.method());
    json.writeStringProperty("path", target.path());
    json.writeStringProperty("query", target.query());
    JsonText.texts(json, "headers", target.headers());
    json.writeNumberProperty("bodyBytes", target.bodyBytes());
    json.writeStringProperty("bodyDigest", target.bodyDigest());
  }

  private static void need(JsonGenerator json, Standing standing) {
    ApprovalRule rule = standing.rule();
    JsonText.texts(json, "factors", rule.factors());
    json.writeNumberProperty("required", rule.required());
    JsonText.texts(json, "of", rule.approvers());
    JsonText.texts(json, "breakGlass", rule.breakGlass());
    json.writeBooleanProperty("excludeOwner", rule.excludesOwner());
    json.writeNumberProperty("atMostSeconds", standing.atMost().toSeconds());
    JsonText.texts(json, "counted", standing.counted());
    json.writeNumberProperty("missing", standing.missing());
  }

  private static void vote(JsonGenerator json, Vote vote) {
    json.writeStringProperty("person", vote.person().value());
    json.writeStringProperty("decision", vote.approves() ? "approve" : "deny");
    JsonText.texts(json, "factors", vote.factors());
    json.writeBooleanProperty("breakGlass", vote.breakGlass());
    json.writeStringProperty("reason", vote.reason());
    json.writeStringProperty("at", vote.at().toString());
  }

  /// What the asking agent may know: nothing of who was asked and who said what.
  static void forAgent(JsonGenerator json, Approval approval) {
    json.writeStringProperty("approval", approval.id().value());
    json.writeStringProperty("state", approval.state().toString());
    json.writeStringProperty("credential", approval.request().credential().value());
    json.writeStringProperty("expiresAt", approval.answerBy().toString());
    json.writeStringProperty("poll", "/v1/approvals/" + approval.id());
  }

  /// The answer to a request that waits for people.
  static ApiResponse asked(Approval approval) {
    return ApiResponse.json(
        202,
        JsonText.object(json -> {
          json.writeStringProperty("status", "approval_required");
          forAgent(json, approval);
          json.writeStringProperty(
              "message", "a person must say yes first: " + approval.request().summary());
          json.writeStringProperty(
              "fix",
              "ask a person to run: keymantle approval approve "
                  + approval.id()
                  + "; then send the same request again");
        }));
  }
}
