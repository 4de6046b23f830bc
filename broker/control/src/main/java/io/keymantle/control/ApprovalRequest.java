package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Role;
import io.keymantle.domain.TrustLevel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The exact request that people are asked about, as the broker saw it. Nothing of it is what the
/// agent claims but [#reason] and header fields. No value and no token stands in it.
///
/// @param agent who asks; of a change, the person
/// @param revision the credential's rules, bindings and source at the time, as a digest: a yes to
///   other ones is void
/// @param needs every one of which must be met
public record ApprovalRequest(
    Kind kind,
    AgentName agent,
    CredentialName credential,
    Target target,
    String reason,
    TrustLevel trust,
    Optional<String> run,
    String revision,
    List<ApprovalRule> needs) {
  public ApprovalRequest {
    needs = List.copyOf(needs);
  }

  /// What a yes lets happen.
  public enum Kind {
    /// A grant is issued.
    GRANT,
    /// The credential is used at a boundary.
    USE,
    /// A person changes the credential's rules, bindings or source.
    CHANGE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Where and for what a credential is used; all parts empty for a grant.
  ///
  /// @param destination the peer that will be verified, or the command's executable
  /// @param method HTTP method, or `exec`
  /// @param path canonical path, broker tokens masked
  /// @param query query, or the command's arguments; broker tokens masked
  /// @param headers fields that go along, each as `name: value` in the order of names; those that
  ///   ordinary clients change from one try to the next are not among them. Of a change, one line
  ///   for each part that would be another
  /// @param bodyBytes length of the body as the agent sent it
  /// @param bodyDigest SHA-256 of that body in hex; of command arguments for `exec`; of what the
  ///   credential would be for a change
  public record Target(
      String destination,
      String method,
      String path,
      String query,
      List<String> headers,
      long bodyBytes,
      String bodyDigest) {
    public Target {
      headers = List.copyOf(headers);
    }

    /// Of a grant.
    public static final Target NONE = new Target("", "", "", "", List.of(), 0, "");
  }

  /// Names this request: equal for two that ask for the same thing, in hex.
  String key() {
    return Digests.hex("request-v1", ApprovalText.canonical(this));
  }

  /// Whether a yes to `other` for the whole credential is a yes to this: the same agent, run and
  /// rules, and nothing is needed that the people were not asked for.
  boolean isCoveredBy(ApprovalRequest other) {
    return kind == other.kind
        && agent.equals(other.agent)
        && credential.equals(other.credential)
        && trust == other.trust
        && run.equals(other.run)
        && revision.equals(other.revision)
        && other.needs.containsAll(needs);
  }

  /// Who asks, as the ledger names it.
  Actor asker() {
    return kind == Kind.CHANGE
        ? new Actor.Person(agent.value(), Role.OWNER)
        : new Actor.AgentActor(agent);
  }

  /// One line for people, made by the broker.
  public String summary() {
    StringBuilder line = new StringBuilder();
    if (kind == Kind.CHANGE) {
      return line.append("change ")
          .append(credential)
          .append(" (")
          .append(changed())
          .append(") — person ")
          .append(agent)
          .toString();
    }
    if (kind == Kind.GRANT) {
      line.append("use ").append(credential);
    } else {
      line.append(target.method()).append(' ').append(host()).append(' ').append(target.path());
      if (!target.query().isEmpty()) {
        line.append(target.method().equals("exec") ? " " : "?").append(target.query());
      }
      line.append(" — ").append(target.bodyBytes()).append(" bytes — ").append(credential);
    }
    line.append(" — agent ").append(agent);
    return line.toString();
  }

  private String changed() {
    return target.headers().stream()
        .map(line -> line.substring(0, line.indexOf(':')))
        .collect(Collectors.joining(", "));
  }

  private String host() {
    String destination = target.destination();
    int scheme = destination.indexOf("://");
    return scheme < 0 ? destination : destination.substring(scheme + 3);
  }
}
