package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The export against `ocsf-1.7.0.json`: what OCSF 1.7.0 requires of the four classes that are used
/// and of the objects in them, with the types of their attributes.
class OcsfEventTest {
  private static final List<String> VERBS =
      List.of("", "add", "set", "rotate", "remove", "revoke", "start", "end", "open", "close");
  private static final List<String> METHODS =
      List.of("", "GET", "POST", "PUT", "DELETE", "CONNECT");
  private static final List<String> RESULTS = List.of("", "ok", "refused", "failed", "unknown");

  private final Map<String, Object> schema;
  private final List<String> findings = new ArrayList<>();

  OcsfEventTest() throws IOException {
    schema = JsonTree.resource("ocsf-1.7.0.json");
  }

  @Test
  void everyEntry_hasAllThatItsClassRequiresAndNothingThatItDoesNotKnow() throws IOException {
    int checked = 0;
    for (Kind kind : Kind.values()) {
      for (Phase phase : Phase.values()) {
        for (String verb : VERBS) {
          for (String method : METHODS) {
            for (String result : RESULTS) {
              check(export(full(kind, phase, verb, method, result)));
              check(export(bare(kind, phase, verb, result)));
              checked += 2;
            }
          }
        }
      }
    }
    assertThat(findings.stream().distinct()).isEmpty();
    assertThat(checked).isGreaterThan(10_000);
  }

  @Test
  void anEventWithoutARequiredAttributeOrWithAnUnknownOne_isFound() throws IOException {
    Map<String, Object> event = export(full(Kind.REDEMPTION, Phase.OUTCOME, "", "GET", "ok"));
    event.remove("src_endpoint");
    event.put("activity_id", 7L);
    event.put("invented", "x");
    event.put("actor", Map.of("user", Map.of()));
    check(event);
    assertThat(findings)
        .containsExactlyInAnyOrder(
            "6003 lacks src_endpoint",
            "6003 has no activity 7",
            "6003 does not know invented",
            "user has none of [account, name, uid]");
  }

  @ParameterizedTest
  @CsvSource({
    "CREDENTIAL,add,3004,1",
    "CREDENTIAL,import,3004,1",
    "CREDENTIAL,rotate,3004,3",
    "CREDENTIAL,remove,3004,4",
    "AGENT,add,3004,1",
    "AGENT,revoke,3004,4",
    "RUN,start,3004,1",
    "RUN,end,3004,4",
    "REVOCATION,'',3004,4",
    "BACKUP,backup,3004,2",
    "KEY,rekey,3004,3",
    "REQUEST,'',3004,99",
    "GRANT,'',3003,1",
    "SESSION,open,3002,1",
    "SESSION,close,3002,2",
    "REDEMPTION,'',6003,2"
  })
  void whatWasDone_isTheActivityOfItsClass(Kind kind, String verb, long type, long activity)
      throws IOException {
    Map<String, Object> event = export(full(kind, Phase.OUTCOME, verb, "GET", "ok"));
    assertThat(event)
        .containsEntry("class_uid", type)
        .containsEntry("activity_id", activity)
        .containsEntry("type_uid", type * 100 + activity);
  }

  private void check(Map<String, Object> event) {
    String type = String.valueOf(event.get("class_uid"));
    Map<String, Object> rules = members(members(schema.get("classes")).get(type));
    check(type, event, rules);
    Object activity = event.get("activity_id");
    require(
        list(rules.get("activities")).contains(activity), type + " has no activity " + activity);
    require(rules.get("category").equals(event.get("category_uid")), type + " of what category?");
    require(rules.get("caption").equals(event.get("class_name")), type + " of what name?");
    members(schema.get("enums"))
        .forEach((name, values) ->
            require(list(values).contains(event.get(name)), type + " has no such " + name));
    require(members(event.get("metadata")).get("version").equals("1.7.0"), "another version");
  }

  private void check(String owner, Map<String, Object> value, Map<String, Object> rules) {
    for (Object name : list(rules.get("required"))) {
      require(value.containsKey(name), owner + " lacks " + name);
    }
    List<Object> least = list(rules.getOrDefault("atLeastOne", List.of()));
    require(least.isEmpty() || count(value, least) > 0, owner + " has none of " + least);
    List<Object> exactly = list(rules.getOrDefault("exactlyOne", List.of()));
    require(exactly.isEmpty() || count(value, exactly) == 1, owner + " needs one of " + exactly);
    Map<String, Object> attributes = members(rules.get("attributes"));
    value.forEach((name, attribute) -> {
      String type = (String) attributes.get(name);
      require(type != null, owner + " does not know " + name);
      Optional.ofNullable(type).ifPresent(known -> checkType(owner + "." + name, attribute, known));
    });
  }

  private void checkType(String name, Object value, String type) {
    if (type.startsWith("array of ")) {
      list(value).forEach(each -> checkType(name, each, type.substring("array of ".length())));
      return;
    }
    switch (type) {
      case "string" -> require(value instanceof String text && !text.isEmpty(), name + " no text");
      case "integer", "long" -> require(value instanceof Long, name + " is no number");
      case "object" -> require(value instanceof Map, name + " is no object");
      default -> check(type, members(value), members(members(schema.get("objects")).get(type)));
    }
  }

  private void require(boolean condition, String finding) {
    if (!condition) {
      findings.add(finding);
    }
  }

  private static long count(Map<String, Object> value, List<Object> names) {
    return names.stream().filter(value::containsKey).count();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> members(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  private static LedgerEvent full(
      Kind kind, Phase phase, String verb, String method, String result) {
    return new LedgerEvent(
        Events.NOW,
        kind,
        phase,
        "op",
        "agent:main",
        "github-api",
        "g_1",
        "https://api.github.com",
        method,
        "/repos/a/b",
        result,
        result.equals("refused") ? "grant_revoked" : "",
        verb.isEmpty() ? Map.of() : Map.of("verb", verb, "agent", "main"));
  }

  private static LedgerEvent bare(Kind kind, Phase phase, String verb, String result) {
    return new LedgerEvent(
        Events.NOW,
        kind,
        phase,
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        result,
        "",
        verb.isEmpty() ? Map.of() : Map.of("verb", verb));
  }

  private static Map<String, Object> export(LedgerEvent event) throws IOException {
    var out = new ByteArrayOutputStream();
    var entry = new LedgerEntry(1, EntryEncoder.encode(event));
    LedgerExport.write(List.of(entry).iterator(), LedgerExport.Format.OCSF, out);
    return JsonTree.parse(out.toString(StandardCharsets.UTF_8));
  }
}
