package io.keymantle.control;

import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;

/// Why a grant or token does not work, in the words that `control` and `redeem` share.
public final class Refusals {
  private Refusals() {}

  public static Problem tokenUnknown() {
    return new Problem(
        ErrorCode.TOKEN_UNKNOWN,
        "this broker token is not known here",
        "ask for one with: keymantle request CREDENTIAL");
  }

  public static Problem tokenOfOtherAgent() {
    return new Problem(
        ErrorCode.TOKEN_OF_OTHER_AGENT,
        "this broker token was given to another agent",
        "ask for one of your own with: keymantle request CREDENTIAL");
  }

  public static Problem grantRevoked(Grant grant) {
    return ended(grant.credential(), ErrorCode.GRANT_REVOKED, "the grant was revoked");
  }

  public static Problem grantExpired(Grant grant) {
    return ended(grant.credential(), ErrorCode.GRANT_EXPIRED, "the grant has expired");
  }

  public static Problem grantUsedUp(Grant grant) {
    return ended(grant.credential(), ErrorCode.GRANT_USED_UP, "the grant allows no further use");
  }

  public static Problem unbound(CredentialName name) {
    return Problem.about(
        name,
        ErrorCode.CREDENTIAL_UNBOUND,
        "the credential has no binding, so it cannot be used anywhere",
        "ask a person to run: keymantle credential set " + name + " --destination https://HOST");
  }

  public static Problem withoutValue(CredentialName name) {
    return Problem.about(
        name,
        ErrorCode.SOURCE_NOT_FOUND,
        "the credential has no value yet",
        "ask a person to run: keymantle credential rotate " + name);
  }

  public static Problem agentRevoked() {
    return new Problem(
        ErrorCode.AGENT_REVOKED,
        "this agent token was revoked",
        "ask a person to run: keymantle agent add NAME");
  }

  public static Problem unauthenticated() {
    return new Problem(
        ErrorCode.UNAUTHENTICATED,
        "an agent token is needed, and this is none that is known here",
        "start the agent with: keymantle run --agent NAME -- COMMAND");
  }

  /// People were asked and have not answered.
  public static Problem approvalRequired(Approval approval) {
    return approval(approval, ErrorCode.APPROVAL_REQUIRED, "a person must say yes first");
  }

  static Problem approvalTimeout(Approval approval) {
    return approval(
        approval, ErrorCode.APPROVAL_TIMEOUT, "nobody has answered in the time that was waited");
  }

  private static Problem approval(Approval approval, ErrorCode code, String why) {
    return Problem.about(
            approval.request().credential(),
            code,
            why + ": approval " + approval.id(),
            "ask a person to run: keymantle approval approve "
                + approval.id()
                + "; then send the same request again")
        .of(approval.id());
  }

  static Problem approvalDenied(Approval approval) {
    return Problem.about(
            approval.request().credential(),
            ErrorCode.APPROVAL_DENIED,
            "a person said no: approval " + approval.id(),
            "do without it, or talk to the person who said no")
        .of(approval.id());
  }

  public static Problem approvalOver(Approval approval) {
    return Problem.about(
            approval.request().credential(),
            ErrorCode.APPROVAL_EXPIRED,
            "approval " + approval.id() + " is " + approval.state(),
            "send the request again, which asks anew")
        .of(approval.id());
  }

  static RefusedException approvalChanged(Approval approval) {
    return RefusedException.about(
        approval.request().credential(),
        ErrorCode.CONFLICT,
        "approval " + approval.id() + " was changed elsewhere at the same moment",
        "look at it again: keymantle approval show " + approval.id());
  }

  static RefusedException noApproval(ApprovalId id) {
    return RefusedException.of(
        ErrorCode.NOT_FOUND,
        "there is no approval " + id,
        "see them with: keymantle approval list");
  }

  static Problem tooManyGrants(CredentialName name) {
    return Problem.about(
        name,
        ErrorCode.RATE_LIMITED,
        "this agent holds " + Grants.LIVE_LIMIT + " live grants, the most there may be",
        "use the broker tokens that you have, or ask a person to run: keymantle grant revoke"
            + " --agent NAME");
  }

  static RefusedException noGrant(GrantId id) {
    return RefusedException.of(
        ErrorCode.NOT_FOUND, "there is no grant " + id, "see them with: keymantle grant list");
  }

  private static Problem ended(CredentialName name, ErrorCode code, String message) {
    return Problem.about(name, code, message, "ask again with: keymantle request " + name);
  }
}
