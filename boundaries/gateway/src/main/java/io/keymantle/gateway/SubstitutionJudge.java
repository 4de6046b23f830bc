package io.keymantle.gateway;

import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.Redeemer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decides for one request under which binding a broker token may stand where it was found; every
/// refusal says which rule and which command widens it (docs/design.md §6). Paths that servers
/// could read in two ways are the engine's to refuse.
final class SubstitutionJudge {
  private final Redeemer redeemer;
  private final AgentSession session;
  private final Destination destination;
  private final String method;
  private final String maskedPath;
  private final Map<BrokerToken, LiveGrant> grants = new HashMap<>();

  SubstitutionJudge(
      Redeemer redeemer,
      AgentSession session,
      Destination destination,
      String method,
      String path) {
    this.redeemer = redeemer;
    this.session = session;
    this.destination = destination;
    this.method = method;
    this.maskedPath = SubstitutionPath.masked(path);
  }

  String maskedPath() {
    return maskedPath;
  }

  LiveGrant grant(BrokerToken token) {
    LiveGrant known = grants.get(token);
    if (known == null) {
      known = redeemer.grant(session, token.value());
      grants.put(token, known);
    }
    return known;
  }

  /// The binding under which the token may stand there.
  NetworkBinding binding(BrokerToken token, SubstitutionPlace place) {
    LiveGrant grant = grant(token);
    CredentialName name = grant.credential();
    NetworkBinding here = null;
    boolean onSurface = false;
    boolean forMethod = false;
    for (NetworkBinding binding : grant.networkBindings()) {
      if (!binding.destination().equals(destination)) {
        continue;
      }
      here = here == null ? binding : here;
      if (SubstitutionPlace.of(binding.surface()).equals(place)) {
        onSurface = true;
        if (binding.allowsMethod(method)) {
          forMethod = true;
          if (binding.allowsPath(maskedPath)) {
            return binding;
          }
        }
      }
    }
    if (here == null) {
      throw elsewhere(name);
    }
    if (!onSurface) {
      throw wrongSurface(name, here, place);
    }
    String rule = "the binding of " + name + " to " + destination + " does not allow ";
    if (!forMethod) {
      String shown = SubstitutionPlace.shown(method);
      throw RefusedException.about(
          name, ErrorCode.METHOD_NOT_ALLOWED, rule + shown, widen(name, "--methods " + shown));
    }
    throw RefusedException.about(
        name,
        ErrorCode.PATH_NOT_ALLOWED,
        rule + "this path",
        widen(name, "--paths " + quoted(SubstitutionPlace.shown(maskedPath))));
  }

  boolean allows(NetworkBinding binding) {
    return binding.destination().equals(destination)
        && binding.allowsMethod(method)
        && binding.allowsPath(maskedPath);
  }

  /// The refusal of tokens of which one is cut, is written in a way that cannot be replaced, or
  /// stands where no surface is.
  RefusedException refusal(List<TokenScanner.Found> found, SubstitutionPlace place) {
    for (TokenScanner.Found each : found) {
      Optional<BrokerToken> token = each.token();
      if (token.isPresent()) {
        try {
          binding(token.get(), SubstitutionPlace.elsewhere(place.toString()));
        } catch (RefusedException refused) {
          return refused;
        }
      }
    }
    return RefusedException.of(
        ErrorCode.TOKEN_UNKNOWN,
        "a cut or altered broker token stands in " + place,
        "send the broker token whole and as it was issued, or ask for one with: keymantle request"
            + " CREDENTIAL");
  }

  RefusedException tooMany(CredentialName name, NetworkBinding binding) {
    return RefusedException.about(
        name,
        ErrorCode.TOO_MANY_OCCURRENCES,
        "the token of "
            + name
            + " stands in this request more often than the "
            + binding.maxOccurrences()
            + " time(s) that its binding allows",
        widen(name, "--max-occurrences N"));
  }

  private RefusedException elsewhere(CredentialName name) {
    return RefusedException.about(
        name,
        ErrorCode.DESTINATION_MISMATCH,
        name + " is not bound to " + destination,
        "keymantle credential set " + name + " --destination " + destination);
  }

  private RefusedException wrongSurface(
      CredentialName name, NetworkBinding binding, SubstitutionPlace place) {
    return RefusedException.about(
        name,
        ErrorCode.SURFACE_MISMATCH,
        "the token of "
            + name
            + " stands in "
            + place
            + ", but its binding to "
            + destination
            + " names "
            + SubstitutionPlace.of(binding.surface())
            + " as the only place, plainly written",
        surfaceFix(name, place));
  }

  private String surfaceFix(CredentialName name, SubstitutionPlace place) {
    return switch (place.kind()) {
      case HEADER -> widen(name, "--surface header:" + SubstitutionPlace.shown(place.name()));
      case QUERY ->
          widen(name, "--surface " + quoted("query:" + SubstitutionPlace.shown(place.name())));
      case PATH -> widen(name, "--surface path");
      case JSON ->
          widen(name, "--surface " + quoted("json:" + SubstitutionPlace.shown(place.name())));
      case FORM ->
          widen(name, "--surface " + quoted("form:" + SubstitutionPlace.shown(place.name())));
      case ELSEWHERE -> "send the token on the place that the binding names";
    };
  }

  private String widen(CredentialName name, String option) {
    return "keymantle credential set " + name + " --destination " + destination + " " + option;
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "") + "'";
  }
}
