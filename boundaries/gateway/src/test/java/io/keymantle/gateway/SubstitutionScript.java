package io.keymantle.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.RefusedException;
import io.keymantle.redaction.RedactionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/// A request made from any bytes, with broker tokens in any form in any place, and the rule that
/// holds for every such request: it is refused, or the value stands on the bound surface and
/// nowhere else, and no token is left.
final class SubstitutionScript {
  static final String VALUE = "s3cret+Value/0123456789=xyz";
  private static final List<String> SURFACES =
      List.of(
          "header:authorization", "header:x-api-key", "query:key", "path", "json:/a/b", "form:key");
  private static final List<String> HEADERS =
      List.of("Authorization", "X-Api-Key", "Cookie", "Referer", "X-Other");
  private static final List<String> SCHEMES = List.of("", "", "Bearer ", "token ", "Basic ");
  private static final List<String> WORDS = List.of("a", "key", "kmt_x", "%41", "v1", "b=c", "..");

  private final byte[] script;
  private final SubstitutionFixture agent = new SubstitutionFixture();
  private final String surface;
  private final String token;
  private int at;

  SubstitutionScript(byte[] script) {
    this.script = script;
    surface = pick(SURFACES);
    token = agent.grant("key", VALUE, SubstitutionFixture.on(surface));
  }

  private int next(int bound) {
    return at < script.length ? (script[at++] & 0xff) % bound : 0;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(next(choices.size()));
  }

  /// A word, or sometimes the token: most often plain, else in some form.
  private String text() {
    return switch (next(24)) {
      case 21 -> token;
      case 22 -> "<credential:key:" + token + ">";
      case 23 -> TokenForms.random(token, new Random(next(256))).text();
      default -> pick(WORDS);
    };
  }

  private String name() {
    return next(8) == 7 ? text() : pick(List.of("key", "other", "k%65y"));
  }

  private List<String> several(int most, java.util.function.Supplier<String> part) {
    List<String> parts = new ArrayList<>();
    for (int i = next(most + 1); i > 0; i--) {
      parts.add(part.get());
    }
    return parts;
  }

  private String pairs() {
    return several(3, () -> name() + "=" + text()).stream().collect(Collectors.joining("&"));
  }

  private String header() {
    String name = pick(HEADERS);
    String scheme = pick(SCHEMES);
    String value = text();
    boolean encode = scheme.equals("Basic ") && next(4) > 0;
    return name
        + ": "
        + scheme
        + (encode
            ? java.util.Base64.getEncoder().encodeToString((value + ":x").getBytes(ISO_8859_1))
            : value);
  }

  private String json() {
    return "{\"a\":{\"b\":\""
        + text()
        + "\",\""
        + pick(List.of("c", "b", "\\u0062"))
        + "\":\""
        + text()
        + "\"},\"d\":[\""
        + text()
        + "\"]}";
  }

  /// Makes the request, sends it, and checks the rule. True when a value was put in.
  boolean holds() {
    String path = "/" + String.join("/", several(3, this::text));
    String query = pairs();
    List<String> fields = several(3, this::header);
    String body = "";
    switch (next(4)) {
      case 1 -> {
        fields.add("Content-Type: application/json");
        body = json();
      }
      case 2 -> {
        fields.add("Content-Type: application/x-www-form-urlencoded");
        body = pairs();
      }
      case 3 -> {
        fields.add("Content-Type: text/plain");
        body = text() + text();
      }
      default -> {}
    }
    if (next(2) == 1) {
      switch (surface) {
        case "path" -> path += "/x" + token;
        case "query:key" -> query += "&key=" + TokenForms.percent(token, 1);
        case "form:key" -> body += "&key=" + token;
        case "json:/a/b" -> body = body.replaceFirst("\"b\":\"[^\"]*", "\"b\":\"" + token);
        default -> fields.add(surface.substring(7) + ": Bearer " + token);
      }
    }
    int pieceSize = 1 + next(100);
    try {
      RequestHead head =
          SubstitutionFixture.request(
              "POST", query.isEmpty() ? path : path + "?" + query, fields.toArray(String[]::new));
      var sent = agent.send(head, body.getBytes(ISO_8859_1), pieceSize);
      assertNothingAstray(sent);
      return hits(sent.head() + "\n" + sent.body()) > 0;
    } catch (RefusedException refused) {
      assertThat(refused.getMessage()).doesNotContain(token).doesNotContain(VALUE);
      return false;
    }
  }

  private void assertNothingAstray(SubstitutionFixture.Sent sent) {
    byte[] all = (sent.head() + "\n" + sent.body()).getBytes(ISO_8859_1);
    assertThat(TokenScanner.scan(all, 0, all.length)).as(sent.head() + sent.body()).isEmpty();
    assertThat(hits(withoutSurface(sent))).as(sent.head() + sent.body()).isZero();
  }

  /// What was sent, without what stands on the bound surface.
  private String withoutSurface(SubstitutionFixture.Sent sent) {
    String head = sent.head();
    String target = head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP/1.1"));
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark + 1);
    String fields = head.substring(head.indexOf("\r\n"));
    return switch (surface) {
      case "path" -> query + fields + sent.body();
      case "query:key" -> path + " " + withoutPair(query) + fields + sent.body();
      case "form:key" -> target + fields + withoutPair(sent.body());
      case "json:/a/b" -> target + fields + withoutField(sent);
      default -> {
        String name = surface.substring(surface.indexOf(':') + 1);
        yield target + fields.replaceAll("(?i)\r\n" + name + ": [^\r]*", "") + sent.body();
      }
    };
  }

  private static String withoutPair(String pairs) {
    return java.util.Arrays.stream(pairs.split("&"))
        .filter(pair -> !pair.startsWith("key=") && !pair.startsWith("k%65y="))
        .collect(Collectors.joining("&"));
  }

  private static String withoutField(SubstitutionFixture.Sent sent) {
    byte[] body = sent.body().getBytes(ISO_8859_1);
    if (hits(sent.body()) == 0) {
      return sent.body();
    }
    for (BodyJson.Field field :
        BodyJson.fields(
            body,
            List.of("/a/b"),
            why ->
                new RefusedException(
                    new io.keymantle.domain.Problem(
                        io.keymantle.domain.ErrorCode.INTERNAL, why, "")))) {
      return sent.body().substring(0, field.start()) + sent.body().substring(field.end());
    }
    return sent.body();
  }

  private static final RedactionSet VALUES =
      RedactionSet.compile(
          java.util.Map.of(
              "key",
              List.of(io.keymantle.secret.SecretBytes.copyOf("key", VALUE.getBytes(ISO_8859_1)))));

  private static long hits(String text) {
    var redactor = VALUES.newRedactor();
    redactor.update(java.nio.ByteBuffer.wrap(text.getBytes(ISO_8859_1)), (bytes, input) -> {});
    redactor.finish((bytes, input) -> {});
    return redactor.hits();
  }
}
