package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Our restoration beside that of the real OpenClaw: fields and elements moved, added and deleted
/// in a redacted file. Each element is named after its own secret, so that a swap shows. Run by
/// `testing/e2e/openclaw`.
class OpenClawRestorationSuite {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HIDDEN = "'__OPENCLAW_REDACTED__'";

  @TempDir static Path folder;
  private static KillableBroker broker;
  private static OpenClaw openclaw;
  private static Path file;

  @BeforeAll
  static void start() throws IOException {
    broker = KillableBroker.of(TestHome.made(folder));
    openclaw = new OpenClaw(folder);
    file = openclaw.configuration();
  }

  @AfterAll
  static void stop() {
    openclaw.close();
    broker.close();
  }

  /// Elements as letters, upper case with an id; a digit is a new element with a value of its own.
  @ParameterizedTest
  @CsvSource({
    "abc, abc, right, right",
    "abc, ab, right, right",
    "abc, bc, swapped, right or refused",
    "abc, ac, swapped, right or refused",
    "abc, cba, swapped, right or refused",
    "abc, bac, swapped, right or refused",
    "abc, 1abc, refused, refused",
    "abc, a1bc, refused, refused",
    "abc, abc1, right, right or refused",
    "ABC, CBA, right, right",
    "ABC, AC, right, right",
    "ABC, 1ABC, right, right",
    "AbC, CbA, right, right",
  })
  void elements_keepTheirOwnSecrets(String before, String after, String theirs, String ours)
      throws IOException {
    assertThat(outcome(theirs(array(before, false), array(after, true)))).isEqualTo(theirs);
    assertThat(outcome(ours(array(before, false), array(after, true))))
        .isIn(List.of(ours.split(" or ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ x: { token: 'quiet-x' }, y: { n: 1 } } | { y: { n: 1, token: HIDDEN }, x: {} }",
        "{ x: { token: 'quiet-x' } } | { x: { token2: HIDDEN } }",
        "{ x: { token: 'quiet-x' } } | { z: { token: HIDDEN } }",
        "{ x: { token: 'quiet-x', name: 'n' } } | { x: { token: 'typed', name: HIDDEN } }",
        "{ a: { apiKey: { source: 'env', provider: 'p', id: 'X' } } } | { a: { apiKey: { source:"
            + " 'env', provider: 'q', id: HIDDEN } } }",
        "{ a: { apiKey: { source: 'env', provider: 'p', id: 'X' } } } | { a: { apiKey: { source:"
            + " 'file', provider: 'p', id: HIDDEN } } }",
      })
  void sentinelWithoutAStoredValue_isRefusedByBoth(String before, String after) throws IOException {
    String edited = after.replace("HIDDEN", HIDDEN);

    assertThat(theirs(before, edited)).isEmpty();
    assertThat(ours(before, edited)).isEmpty();
    assertThat(Files.readString(file)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ x: { token: 'quiet-x', n: 1 }, y: { token: 'quiet-y' } } | { y: { token: HIDDEN }, x: {"
            + " n: 2, token: HIDDEN } } | { y: { token: 'quiet-y' }, x: { n: 2, token: 'quiet-x' }"
            + " }",
        "{ x: { token: 'quiet-x' }, y: { token: 'quiet-y' } } | { y: { token: HIDDEN } } | { y: {"
            + " token: 'quiet-y' } }",
        "{ x: { token: 'quiet-x' } } | { x: { token: 'typed' } } | { x: { token: 'typed' } }",
        "{ x: { token: 'quiet-x' } } | { x: { token: '${NAME}' } } | { x: { token: '${NAME}' } }",
        "{ x: { token: 'quiet-x' } } | { w: 1, x: { password: 'typed', token: HIDDEN } } | { w: 1,"
            + " x: { password: 'typed', token: 'quiet-x' } }",
        "{ a: { apiKey: { source: 'env', provider: 'p', id: 'X' } } } | { a: { b: 1, apiKey: {"
            + " provider: 'p', source: 'env', id: HIDDEN } } } | { a: { b: 1, apiKey: { provider:"
            + " 'p', source: 'env', id: 'X' } } }",
      })
  void fields_areRestoredAlike(String before, String after, String expected) throws IOException {
    String edited = after.replace("HIDDEN", HIDDEN);
    JsonNode wanted = parsed(expected);

    assertThat(theirs(before, edited)).contains(wanted);
    assertThat(ours(before, edited)).contains(wanted);
    assertThat(Files.readString(file)).isEqualTo(expected);
  }

  @Test
  void noEditOfAnyArray_givesASecretToAnother() throws IOException {
    Random random = new Random(20261126);
    int swappedByThem = 0;
    int right = 0;
    for (int i = 0; i < 300; i++) {
      String before = letters(random, 1 + random.nextInt(5));
      String after = edited(before, random);
      String them = outcome(theirs(array(before, false), array(after, true)));
      String us = outcome(ours(array(before, false), array(after, true)));
      assertThat(us).as(before + " edited to " + after).isIn("right", "refused");
      swappedByThem += them.equals("swapped") ? 1 : 0;
      right += us.equals("right") ? 1 : 0;
    }

    System.out.println(
        "300 edited arrays: ours right "
            + right
            + ", refused "
            + (300 - right)
            + "; OpenClaw's swapped secrets in "
            + swappedByThem);
    assertThat(swappedByThem).isGreaterThan(30);
    assertThat(right).isGreaterThan(100);
  }

  private static String letters(Random random, int count) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      letters.append((char) ((random.nextBoolean() ? 'a' : 'A') + i));
    }
    return letters.toString();
  }

  private static String edited(String before, Random random) {
    List<String> letters = new ArrayList<>(List.of(before.split("")));
    switch (random.nextInt(4)) {
      case 0 -> letters.remove(random.nextInt(letters.size()));
      case 1 -> Collections.shuffle(letters, random);
      case 2 -> letters.add(random.nextInt(letters.size() + 1), "1");
      default -> {
        letters.set(random.nextInt(letters.size()), "1");
        Collections.shuffle(letters, random);
      }
    }
    return String.join("", letters);
  }

  private static String array(String letters, boolean redacted) {
    StringBuilder text = new StringBuilder("{ list: [");
    for (char letter : letters.toCharArray()) {
      boolean added = Character.isDigit(letter);
      String token = redacted && !added ? HIDDEN : "'quiet-" + letter + "'";
      String id = Character.isUpperCase(letter) ? "id: 'i" + letter + "', " : "";
      text.append("{ ")
          .append(id)
          .append("name: '")
          .append(letter)
          .append("', token: ")
          .append(token)
          .append(" }, ");
    }
    return text.append("] }").toString();
  }

  /// Whether each element has the secret of its name.
  private static String outcome(Optional<JsonNode> restored) {
    if (restored.isEmpty()) {
      return "refused";
    }
    for (JsonNode element : restored.get().get("list")) {
      if (!element.path("token").asString().equals("quiet-" + element.get("name").stringValue())) {
        return "swapped";
      }
    }
    return "right";
  }

  private static Optional<JsonNode> theirs(String before, String edited) throws IOException {
    JsonNode answer =
        openclaw.ask(OpenClaw.question("restore").put("incoming", edited).put("original", before));
    return answer.get("ok").booleanValue() ? Optional.of(answer.get("result")) : Optional.empty();
  }

  private static Optional<JsonNode> ours(String before, String edited) throws IOException {
    Files.writeString(file, before);
    var body = JSON.createObjectNode().put("path", file.toString());
    String base =
        broker.must("POST", "/v1/openclaw/open", body.toString()).get("base").stringValue();
    body.put("base", base).put("text", edited);
    PlainHttp.Reply reply = broker.call("PUT", "/v1/openclaw", body.toString());
    if (reply.ok()) {
      return Optional.of(parsed(Files.readString(file)));
    }
    assertThat(reply.body()).contains("sentinel_unresolved");
    return Optional.empty();
  }

  private static JsonNode parsed(String text) throws IOException {
    return openclaw.ask(OpenClaw.question("parse").put("text", text));
  }
}
