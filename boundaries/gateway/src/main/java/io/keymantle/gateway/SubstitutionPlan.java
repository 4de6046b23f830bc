package io.keymantle.gateway;

import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.Surface;
import io.keymantle.gateway.GatewayConfiguration.Protection;
import io.keymantle.secret.SecretLease;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The plan for one request, and its execution.
final class SubstitutionPlan implements Substitution {
  private final SubstitutionJudge judge;
  private final SubstitutionSlots slots;
  private final BodyKind bodyKind;
  private final Set<SubstitutionPlace> bodyPlaces;
  private final RequestHead head;
  private final Protection protection;

  /// @param bodyPlaces surfaces that the session's grants have in a body of this kind
  SubstitutionPlan(
      SubstitutionJudge judge,
      SubstitutionSlots slots,
      BodyKind bodyKind,
      Set<SubstitutionPlace> bodyPlaces,
      RequestHead head,
      Protection protection) {
    this.judge = judge;
    this.slots = slots;
    this.bodyKind = bodyKind;
    this.bodyPlaces = bodyPlaces;
    this.head = head;
    this.protection = protection;
  }

  @Override
  public List<Use> uses() {
    return slots.uses();
  }

  @Override
  public boolean needsBody() {
    return !bodyPlaces.isEmpty();
  }

  @Override
  public String maskedPath() {
    return judge.maskedPath();
  }

  @Override
  public BodyScanner scanner() {
    return BodyDecodedScanner.of(judge, head, bodyKind);
  }

  @Override
  public void body(ByteBuf body) {
    byte[] bytes = ByteBufUtil.getBytes(body);
    List<TokenScanner.Found> found = TokenScanner.scan(bytes, 0, bytes.length);
    if (found.isEmpty()) {
      return;
    }
    if (bodyKind == BodyKind.FORM) {
      SubstitutionPairs.of(bytes).judge(SubstitutionPlace.Kind.FORM, found, judge, slots);
    } else {
      SubstitutionJson.judge(bytes, pointers(), found, judge, slots);
    }
    slots.requireWithinLimits();
  }

  private List<String> pointers() {
    return bodyPlaces.stream().map(SubstitutionPlace::name).toList();
  }

  @Override
  public ByteBuf apply(RequestHead target, ByteBuf body, List<SecretLease> leases) {
    try (SubstitutionValues values = new SubstitutionValues(protection.has(Guard.VALUES))) {
      leases.forEach(values::take);
      for (Map.Entry<BrokerToken, Integer> entry : slots.useOfToken().entrySet()) {
        values.stands(entry.getKey(), entry.getValue());
      }
      slots.injected().values().forEach(each -> values.requireInjectable(each.use()));
      applyTarget(target, values);
      applyFields(target.fields(), values);
      return applyBody(body, values);
    } catch (RuntimeException refused) {
      body.release();
      target.wipe();
      throw refused;
    }
  }

  private void applyTarget(RequestHead target, SubstitutionValues values) {
    List<SubstitutionPairs.Injected> pairs = injectedPairs(SubstitutionPlace.Kind.QUERY);
    boolean query = slots.hasToken(SubstitutionPlace.Kind.QUERY) || !pairs.isEmpty();
    if (!query && !slots.hasToken(SubstitutionPlace.Kind.PATH)) {
      return;
    }
    try (SubstitutionBuffer out = new SubstitutionBuffer(target.path().length() + 256)) {
      SubstitutionPath.replace(target.path().getBytes(StandardCharsets.ISO_8859_1), values, out);
      String text = target.query();
      if (query) {
        out.put((byte) '?');
        byte[] bytes = (text == null ? "" : text).getBytes(StandardCharsets.ISO_8859_1);
        try (SubstitutionBuffer inner = new SubstitutionBuffer(bytes.length + 128)) {
          SubstitutionPairs.of(bytes).replace(pairs, values, false, inner);
          inner.writeTo(out);
        }
      } else if (text != null) {
        out.put("?" + text);
      }
      target.target(out.toArray());
    }
  }

  private void applyFields(HeaderFields fields, SubstitutionValues values) {
    for (Use use : slots.uses()) {
      if (use.binding().surface() instanceof Surface.Header(String name)) {
        fields.removeLookalikes(name);
      }
    }
    for (SubstitutionPlace place : slots.tokenPlaces()) {
      if (place.kind() == SubstitutionPlace.Kind.HEADER && !slots.injected().containsKey(place)) {
        for (int i = fields.find(place.name()); i >= 0; i = fields.find(place.name(), i + 1)) {
          byte[] array = fields.valueArray(i);
          int start = fields.valueStart(i);
          int length = fields.valueLength(i);
          if (!TokenScanner.scan(array, start, start + length).isEmpty()) {
            fields.setValue(i, SubstitutionHeader.replaced(array, start, length, values));
          }
        }
      }
    }
    for (Map.Entry<SubstitutionPlace, SubstitutionSlots.Injected> entry :
        slots.injected().entrySet()) {
      if (entry.getKey().kind() == SubstitutionPlace.Kind.HEADER) {
        SubstitutionSlots.Injected injected = entry.getValue();
        String name = entry.getKey().name();
        fields.removeAll(name);
        fields.add(
            titleCase(name),
            SubstitutionHeader.injected(injected.format(), injected.use(), values));
      }
    }
  }

  private ByteBuf applyBody(ByteBuf body, SubstitutionValues values) {
    boolean form = slots.hasToken(SubstitutionPlace.Kind.FORM);
    boolean json = slots.hasToken(SubstitutionPlace.Kind.JSON);
    List<SubstitutionPairs.Injected> pairs = injectedPairs(SubstitutionPlace.Kind.FORM);
    List<SubstitutionPairs.Injected> fields = injectedPairs(SubstitutionPlace.Kind.JSON);
    if (!form && !json && pairs.isEmpty() && fields.isEmpty()) {
      return body;
    }
    byte[] bytes = ByteBufUtil.getBytes(body);
    try (SubstitutionBuffer out = new SubstitutionBuffer(bytes.length + 256)) {
      if (bodyKind == BodyKind.FORM) {
        SubstitutionPairs.of(bytes).replace(pairs, values, true, out);
      } else {
        SubstitutionJson.replace(bytes, pointers(), fields, values, out);
      }
      ByteBuf replaced = Unpooled.wrappedBuffer(out.toArray());
      body.release();
      return replaced;
    }
  }

  private List<SubstitutionPairs.Injected> injectedPairs(SubstitutionPlace.Kind kind) {
    List<SubstitutionPairs.Injected> pairs = new ArrayList<>(1);
    slots
        .injected()
        .forEach((place, injected) -> {
          if (place.kind() == kind) {
            pairs.add(new SubstitutionPairs.Injected(place.name(), injected.use()));
          }
        });
    return pairs;
  }

  private static String titleCase(String name) {
    StringBuilder title = new StringBuilder(name);
    for (int i = 0; i < title.length(); i++) {
      if (i == 0 || title.charAt(i - 1) == '-') {
        title.setCharAt(i, Character.toUpperCase(title.charAt(i)));
      }
    }
    return title.toString();
  }
}
