package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.ApprovalRule.When;
import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.PathPattern;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/// The JSON form of a credential's `approval`: one rule as an object, or several as a list.
final class ApprovalCodec {
  private static final Set<String> KEYS =
      Set.of(
          "totp",
          "passkey",
          "required",
          "of",
          "breakGlass",
          "excludeOwner",
          "when",
          "each",
          "wait",
          "answerWithin",
          "atMost");
  private static final Set<String> WHEN_KEYS = Set.of("agents", "destinations", "methods", "paths");
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,31}|exec");

  private static final String NONE = "0s";

  private ApprovalCodec() {}

  static List<ApprovalRule> read(KeyPath path, Tree tree) {
    if (!(tree instanceof Tree.Items(int _, List<Tree> elements))) {
      return List.of(one(path, tree));
    }
    List<ApprovalRule> rules = new ArrayList<>();
    for (Tree element : elements) {
      rules.add(one(path.element(rules.size()), element));
    }
    return rules;
  }

  static ApprovalRule one(KeyPath path, Tree tree) {
    FieldReader fields = FieldReader.of(path, tree, KEYS);
    return fields.build(() -> {
      When when = fields.nested("when", When.ALWAYS, ApprovalCodec::when);
      return new ApprovalRule(
          factors(fields),
          (int) fields.whole("required", 1, 1, Integer.MAX_VALUE),
          new LinkedHashSet<>(fields.parsedList("of", PersonName::new)),
          new LinkedHashSet<>(fields.parsedList("breakGlass", PersonName::new)),
          fields.truth("excludeOwner", false),
          when,
          everyUse(fields, when),
          fields.parsed("wait", ApprovalRule.DEFAULT_HOLD, ApprovalCodec::duration),
          fields.parsed("answerWithin", ApprovalRule.DEFAULT_ANSWER_WITHIN, Durations::parse),
          fields.parsed("atMost", Optional.empty(), text -> Optional.of(duration(text))));
    });
  }

  private static Set<Factor> factors(FieldReader fields) {
    Set<Factor> factors = EnumSet.noneOf(Factor.class);
    if (fields.truth("totp", false)) {
      factors.add(Factor.TOTP);
    }
    if (fields.truth("passkey", false)) {
      factors.add(Factor.PASSKEY);
    }
    return factors;
  }

  private static boolean everyUse(FieldReader fields, When when) {
    String each = fields.text("each", when.ofUse() ? "use" : "grant");
    if (each.equals("grant") && when.ofUse()) {
      throw fields.refused(
          "asks at each grant, when destination, method and path are not known yet",
          "leave each out");
    }
    return switch (each) {
      case "use" -> true;
      case "grant" -> false;
      default -> throw fields.refused("has an each that is neither grant nor use", "use use");
    };
  }

  private static When when(KeyPath path, Tree tree) {
    FieldReader fields = FieldReader.of(path, tree, WHEN_KEYS);
    return fields.build(() ->
        new When(
            new LinkedHashSet<>(fields.parsedList("agents", AgentName::new)),
            new LinkedHashSet<>(fields.parsedList("destinations", ApprovalCodec::destination)),
            new LinkedHashSet<>(fields.parsedList("methods", ApprovalCodec::method)),
            fields.parsedList("paths", PathPattern::new)));
  }

  private static String destination(String text) {
    return text.startsWith("/") ? text : Destination.parse(text).toString();
  }

  private static String method(String text) {
    if (!METHOD.matcher(text).matches()) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "a method is upper-case, such as POST, or exec for commands",
          "use POST");
    }
    return text;
  }

  private static Duration duration(String text) {
    return text.equals(NONE) ? Duration.ZERO : Durations.parse(text);
  }

  private static String text(Duration duration) {
    return duration.isZero() ? NONE : Durations.text(duration);
  }

  static void write(JsonGenerator json, List<ApprovalRule> rules) {
    if (rules.isEmpty()) {
      return;
    }
    if (rules.size() == 1) {
      json.writeName("approval");
      write(json, rules.getFirst());
      return;
    }
    json.writeArrayPropertyStart("approval");
    rules.forEach(rule -> write(json, rule));
    json.writeEndArray();
  }

  static void write(JsonGenerator json, ApprovalRule rule) {
    json.writeStartObject();
    for (Factor factor : rule.factors()) {
      json.writeBooleanProperty(factor.toString(), true);
    }
    json.writeNumberProperty("required", rule.required());
    list(json, "of", rule.approvers());
    list(json, "breakGlass", rule.breakGlass());
    if (rule.excludesOwner()) {
      json.writeBooleanProperty("excludeOwner", true);
    }
    When when = rule.when();
    if (!when.equals(When.ALWAYS)) {
      json.writeObjectPropertyStart("when");
      list(json, "agents", when.agents());
      list(json, "destinations", when.destinations());
      list(json, "methods", when.methods());
      list(json, "paths", when.paths());
      json.writeEndObject();
    }
    if (rule.everyUse() && !when.ofUse()) {
      json.writeStringProperty("each", "use");
    }
    duration(json, "wait", rule.hold(), ApprovalRule.DEFAULT_HOLD);
    duration(json, "answerWithin", rule.answerWithin(), ApprovalRule.DEFAULT_ANSWER_WITHIN);
    rule.atMost().ifPresent(most -> json.writeStringProperty("atMost", text(most)));
    json.writeEndObject();
  }

  private static void duration(JsonGenerator json, String name, Duration duration, Duration usual) {
    if (!duration.equals(usual)) {
      json.writeStringProperty(name, text(duration));
    }
  }

  private static void list(JsonGenerator json, String name, Collection<?> values) {
    if (!values.isEmpty()) {
      json.writeArrayPropertyStart(name);
      values.forEach(value -> json.writeString(value.toString()));
      json.writeEndArray();
    }
  }
}
