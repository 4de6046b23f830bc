package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.gateway.GatewayConfiguration.Protection;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.Redeemer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Judges the head of a request and plans what is put into it.
///
/// Guarantees: a broker token anywhere in target or headers is either on the surface of a binding
/// of its own grant for this very destination, method and path, or the request is refused; on the
/// way out the head asks only for replies that can be read in whole (see [SubstitutionNarrowing]).
final class SubstitutionPlanner implements Substitution.Planner {
  private final Redeemer redeemer;
  private final Protection protection;

  SubstitutionPlanner(Redeemer redeemer, Protection protection) {
    this.redeemer = redeemer;
    this.protection = protection;
  }

  @Override
  public Substitution plan(RequestHead head, AgentSession session, Destination destination) {
    SubstitutionJudge judge =
        new SubstitutionJudge(redeemer, session, destination, head.method(), head.path());
    SubstitutionSlots slots = new SubstitutionSlots(judge);
    inPath(head, judge, slots);
    inQuery(head, judge, slots);
    inFields(head.fields(), judge, slots);
    BodyKind body = head.framing().isEmpty() ? BodyKind.NONE : BodyKind.of(head.fields());
    for (LiveGrant grant : redeemer.injected(session, destination)) {
      for (NetworkBinding binding : grant.networkBindings()) {
        if (binding.injection() instanceof Injection.Always always && judge.allows(binding)) {
          slots.inject(grant, binding, always.format(), body);
        }
      }
    }
    List<LiveGrant> bound = redeemer.bound(session, destination);
    SubstitutionNarrowing.toReadable(head.fields());
    if (!bound.isEmpty() || !slots.uses().isEmpty()) {
      SubstitutionNarrowing.toWhole(head.fields());
    }
    slots.requireWithinLimits();
    Set<SubstitutionPlace> places = bodyPlaces(body, bound, destination);
    return new SubstitutionPlan(judge, slots, body, places, head, protection);
  }

  private static Set<SubstitutionPlace> bodyPlaces(
      BodyKind body, List<LiveGrant> bound, Destination destination) {
    if (body != BodyKind.JSON && body != BodyKind.FORM) {
      return Set.of();
    }
    Set<SubstitutionPlace> places = new HashSet<>();
    for (LiveGrant grant : bound) {
      for (NetworkBinding binding : grant.networkBindings()) {
        SubstitutionPlace place = SubstitutionPlace.of(binding.surface());
        if (binding.destination().equals(destination) && body.holds(place)) {
          places.add(place);
        }
      }
    }
    return places;
  }

  private static void inPath(RequestHead head, SubstitutionJudge judge, SubstitutionSlots slots) {
    byte[] path = head.path().getBytes(StandardCharsets.ISO_8859_1);
    List<TokenScanner.Found> found = TokenScanner.scan(path, 0, path.length);
    if (!found.isEmpty()) {
      List<TokenSpan> spans =
          SubstitutionPath.tokens(path)
              .orElseThrow(() -> judge.refusal(found, SubstitutionPlace.PATH));
      spans.forEach(span -> slots.token(span.token(), SubstitutionPlace.PATH));
    }
  }

  private static void inQuery(RequestHead head, SubstitutionJudge judge, SubstitutionSlots slots) {
    String text = head.query();
    if (text == null) {
      return;
    }
    byte[] query = text.getBytes(StandardCharsets.ISO_8859_1);
    List<TokenScanner.Found> found = TokenScanner.scan(query, 0, query.length);
    if (!found.isEmpty()) {
      SubstitutionPairs.of(query).judge(SubstitutionPlace.Kind.QUERY, found, judge, slots);
    }
  }

  private static void inFields(
      HeaderFields fields, SubstitutionJudge judge, SubstitutionSlots slots) {
    for (int i = 0; i < fields.size(); i++) {
      byte[] array = fields.valueArray(i);
      int start = fields.valueStart(i);
      int length = fields.valueLength(i);
      List<TokenScanner.Found> found = TokenScanner.scan(array, start, start + length);
      if (!found.isEmpty()) {
        String name = fields.name(i);
        SubstitutionPlace place = new SubstitutionPlace(SubstitutionPlace.Kind.HEADER, name);
        List<TokenSpan> spans =
            SubstitutionHeader.tokens(array, start, length, found)
                .filter(plain -> plain.size() == found.size())
                .orElseThrow(() -> judge.refusal(found, place));
        spans.forEach(span -> slots.token(span.token(), place));
      }
      if (fields.nameLength(i) > TokenScanner.MIN_SECRET_CHARACTERS) {
        int from = fields.nameStart(i);
        List<TokenScanner.Found> inName =
            TokenScanner.scan(array, from, from + fields.nameLength(i));
        if (!inName.isEmpty()) {
          throw judge.refusal(inName, SubstitutionPlace.elsewhere("the name of a header"));
        }
      }
    }
  }
}
