package io.keymantle.control;

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

  static Problem approvalRequired(CredentialName name) {
    return Problem.about(
        name,
        ErrorCode.APPROVAL_REQUIRED,
        "a person must confirm each grant of this credential with a TOTP code, which this version"
            + " cannot ask for yet",
        "ask a person to run: keymantle credential set " + name + " --no-require-totp");
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
