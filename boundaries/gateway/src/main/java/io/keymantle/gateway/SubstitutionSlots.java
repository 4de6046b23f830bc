package io.keymantle.gateway;

import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Injection;
import io.keymantle.domain.Injection.Format;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.LiveGrant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What goes where in one request: tokens to replace, values to inject, and the redemptions that
/// they take.
final class SubstitutionSlots {
  /// How many redemptions one request may take.
  static final int MAX_USES = 4;

  private final SubstitutionJudge judge;
  private final List<Substitution.Use> uses = new ArrayList<>(1);
  private final Map<BrokerToken, Integer> useOfToken = new HashMap<>(2);
  private final Set<SubstitutionPlace> tokenPlaces = new LinkedHashSet<>(2);
  private final Map<SubstitutionPlace, Injected> injected = new LinkedHashMap<>(2);
  private final Map<CredentialName, Integer> occurrences = new HashMap<>(2);

  SubstitutionSlots(SubstitutionJudge judge) {
    this.judge = judge;
  }

  /// A value that replaces whatever stands at its place.
  ///
  /// @param use index of the redemption
  record Injected(int use, Format format) {}

  List<Substitution.Use> uses() {
    return uses;
  }

  Map<BrokerToken, Integer> useOfToken() {
    return useOfToken;
  }

  boolean hasToken(SubstitutionPlace.Kind kind) {
    return tokenPlaces.stream().anyMatch(place -> place.kind() == kind);
  }

  Set<SubstitutionPlace> tokenPlaces() {
    return tokenPlaces;
  }

  Map<SubstitutionPlace, Injected> injected() {
    return injected;
  }

  /// Accounts for one occurrence of a token.
  void token(BrokerToken token, SubstitutionPlace place) {
    NetworkBinding binding = judge.binding(token, place);
    LiveGrant grant = judge.grant(token);
    occurrences.merge(grant.credential(), 1, Integer::sum);
    int use = use(grant, binding);
    useOfToken.putIfAbsent(token, use);
    tokenPlaces.add(place);
    Injected there = injected.get(place);
    if (there != null) {
      requireSame(uses.get(there.use).grant(), grant, place);
    }
  }

  /// Plans `inject: always`, replacing what the agent sent at the place.
  void inject(LiveGrant grant, NetworkBinding binding, Format format, BodyKind body) {
    SubstitutionPlace place = SubstitutionPlace.of(binding.surface());
    if (place.isBody() && body == BodyKind.ENCODED) {
      throw RefusedException.about(
          grant.credential(),
          ErrorCode.SURFACE_MISMATCH,
          grant.credential() + " goes into " + place + ", but the body is compressed",
          "send the body without Content-Encoding");
    }
    boolean absent = place.isBody() && !body.holds(place);
    if (absent || place.kind() == SubstitutionPlace.Kind.PATH) {
      return;
    }
    Injected there = injected.get(place);
    if (there != null) {
      requireSame(uses.get(there.use).grant(), grant, place);
      return;
    }
    for (Map.Entry<BrokerToken, Integer> entry : useOfToken.entrySet()) {
      Substitution.Use use = uses.get(entry.getValue());
      if (SubstitutionPlace.of(use.binding().surface()).equals(place)) {
        requireSame(grant, use.grant(), place);
        if (use.binding().injection() instanceof Injection.Always) {
          injected.put(place, new Injected(entry.getValue(), format));
          return;
        }
      }
    }
    injected.put(place, new Injected(use(grant, binding), format));
  }

  private int use(LiveGrant grant, NetworkBinding binding) {
    for (int i = 0; i < uses.size(); i++) {
      Substitution.Use use = uses.get(i);
      if (use.grant().id().equals(grant.id()) && use.binding().equals(binding)) {
        return i;
      }
    }
    uses.add(new Substitution.Use(grant, binding));
    return uses.size() - 1;
  }

  private static void requireSame(LiveGrant one, LiveGrant other, SubstitutionPlace place) {
    if (!one.credential().equals(other.credential())) {
      throw RefusedException.about(
          other.credential(),
          ErrorCode.SURFACE_MISMATCH,
          "two credentials, "
              + one.credential()
              + " and "
              + other.credential()
              + ", would go into "
              + place,
          "narrow the paths of one binding, or use another surface for it");
    }
  }

  void requireWithinLimits() {
    for (Map.Entry<CredentialName, Integer> entry : occurrences.entrySet()) {
      NetworkBinding widest = null;
      for (Substitution.Use use : uses) {
        boolean same = use.grant().credential().equals(entry.getKey());
        if (same && (widest == null || use.binding().maxOccurrences() > widest.maxOccurrences())) {
          widest = use.binding();
        }
      }
      if (widest != null && entry.getValue() > widest.maxOccurrences()) {
        throw judge.tooMany(entry.getKey(), widest);
      }
    }
    if (uses.size() > MAX_USES) {
      throw RefusedException.of(
          ErrorCode.TOO_MANY_OCCURRENCES,
          "the request uses more than " + MAX_USES + " credentials or bindings",
          "send fewer credentials with one request");
    }
  }
}
