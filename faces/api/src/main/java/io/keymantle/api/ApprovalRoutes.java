package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalScope;
import io.keymantle.control.Approvals;
import io.keymantle.control.Ballot;
import io.keymantle.control.PasskeyChallenge;
import io.keymantle.domain.ApprovalId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Approvals, as people see and answer them.
final class ApprovalRoutes {
  private final AdminRoutes admin;

  ApprovalRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/approvals", this::list)
        .add("GET", "/v1/approvals/{id}", this::show)
        .add("POST", "/v1/approvals/{id}/challenges", this::challenge)
        .add("POST", "/v1/approvals/{id}/votes", this::vote);
  }

  private Approvals approvals() {
    return admin.broker().control().approvals();
  }

  private ApiResponse list(ApiRequest request, String unused) {
    Actor.Person person = admin.approver(request);
    String state = request.query().getOrDefault("state", "");
    List<Approval> shown =
        approvals().list().stream()
            .filter(each -> state.isEmpty() || each.state().toString().equals(state))
            .toList();
    return ApiResponse.ok(
        JsonText.list(
            "approvals",
            shown,
            (json, each) -> ApprovalViews.whole(json, approvals(), each, person.personName())));
  }

  /// One; with `wait`, when it is no longer pending or after that time.
  private ApiResponse show(ApiRequest request, String id) {
    Actor.Person person = admin.approver(request);
    Approval approval = approvals().show(new ApprovalId(id));
    return answer(
        GrantAnswer.awaited(approvals(), approval, request.query().getOrDefault("wait", "")),
        person);
  }

  private ApiResponse challenge(ApiRequest request, String id) throws IOException {
    Actor.Person person = admin.approver(request);
    JsonBody body = JsonBody.read(request, "decision", "scope", "seconds");
    PasskeyChallenge challenge =
        admin
            .broker()
            .control()
            .answers()
            .challenge(person, new ApprovalId(id), approves(body), scope(body), lasts(body));
    return ApiResponse.json(
        201,
        JsonText.object(json -> {
          json.writeStringProperty("challenge", challenge.id());
          json.writeName("options");
          json.writeRawValue(challenge.options());
        }));
  }

  private ApiResponse vote(ApiRequest request, String id) throws IOException {
    Actor.Person person = admin.approver(request);
    JsonBody body =
        JsonBody.read(
            request,
            "decision",
            "scope",
            "seconds",
            "code",
            "challenge",
            "assertion",
            "reason",
            "breakGlass");
    Ballot ballot =
        new Ballot(
            approves(body),
            scope(body),
            lasts(body),
            body.flag("breakGlass"),
            body.text("reason"),
            body.text("code"),
            body.has("challenge")
                ? Optional.of(
                    new Ballot.Passkey(body.text("challenge"), body.required("assertion")))
                : Optional.empty());
    Approval after = admin.broker().control().answers().answer(person, new ApprovalId(id), ballot);
    return answer(after, person);
  }

  private ApiResponse answer(Approval approval, Actor.Person person) {
    return ApiResponse.ok(
        JsonText.object(
            json -> ApprovalViews.whole(json, approvals(), approval, person.personName())));
  }

  private static boolean approves(JsonBody body) {
    return switch (body.required("decision")) {
      case "approve" -> true;
      case "deny" -> false;
      default -> throw JsonBody.invalid("a decision is approve or deny", "use one of them");
    };
  }

  private static ApprovalScope scope(JsonBody body) {
    return body.has("scope") ? ApprovalScope.parse(body.text("scope")) : ApprovalScope.ONCE;
  }

  private static Duration lasts(JsonBody body) {
    return Duration.ofSeconds(body.number("seconds", 0));
  }
}
