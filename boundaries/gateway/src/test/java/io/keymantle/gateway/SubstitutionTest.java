package io.keymantle.gateway;

import static io.keymantle.gateway.SubstitutionFixture.API;
import static io.keymantle.gateway.SubstitutionFixture.OTHER;
import static io.keymantle.gateway.SubstitutionFixture.on;
import static io.keymantle.gateway.SubstitutionFixture.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.PathPattern;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Surface;
import io.keymantle.gateway.GatewayConfiguration.Protection;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubstitutionTest {
  private static final String VALUE = "s3cret-Value+/=&%\"1";

  private final SubstitutionFixture agent = new SubstitutionFixture();

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
  }

  @ValueSource(strings = {"", "Bearer ", "token ", "Token ", "ApiKey ", "Basic "})
  @ParameterizedTest
  void header_withTokenBareOrAfterScheme_getsTheValue(String scheme) {
    String token = agent.grant("github-api", VALUE, on("header:authorization"));

    var sent = agent.send(request("GET", "/x", "Authorization: " + scheme + token, "Accept: */*"));

    assertThat(sent.head())
        .isEqualTo(
            "GET /x HTTP/1.1\r\nAuthorization: " + scheme + VALUE + "\r\nAccept: */*\r\n\r\n");
  }

  @Test
  void header_withTokenAsShownToAgents_getsTheValue() {
    String token = agent.grant("github-api", VALUE, on("header:authorization"));

    var sent =
        agent.send(
            request("GET", "/x", "Authorization: Bearer <credential:github-api:" + token + ">"));

    assertThat(sent.head()).contains("Authorization: Bearer " + VALUE + "\r\n");
  }

  @CsvSource({"USER:,''", "'',:PASS", "x-access-token:,''", "'<credential:github-api:','>:x'"})
  @ParameterizedTest
  void basic_withTokenAsUserOrPassword_getsTheValueInside(String before, String after) {
    String token = agent.grant("github-api", "s3cret-value", on("header:authorization"));

    var sent =
        agent.send(request("GET", "/x", "Authorization: Basic " + base64(before + token + after)));

    String expected = before.startsWith("<") ? "s3cret-value:x" : before + "s3cret-value" + after;
    assertThat(sent.head()).contains("Authorization: Basic " + base64(expected) + "\r\n");
  }

  @Test
  void basicUser_withColonInValue_isRefused() {
    String token = agent.grant("github-api", "with:colon", on("header:authorization"));
    String asUser = "Authorization: Basic " + base64(token + ":x");
    String asPassword = "Authorization: Basic " + base64("x:" + token);

    assertThat(agent.refusal(request("GET", "/", asUser), "")).isEqualTo(ErrorCode.VALUE_UNUSABLE);
    assertThat(agent.refusal(request("GET", "/", asPassword), "")).isNull();
  }

  @Test
  void header_ofAnotherName_getsTheValueWhereBound() {
    String token = agent.grant("key", VALUE, on("header:x-api-key"));

    assertThat(agent.send(request("GET", "/", "X-Api-Key: " + token)).head())
        .contains("X-Api-Key: " + VALUE + "\r\n");
  }

  @Test
  void query_withToken_getsTheValuePercentEncoded() {
    String token = agent.grant("key", VALUE, on("query:api_key"));

    var sent = agent.send(request("GET", "/x?a=1&api_key=" + token + "&b=%20", "Accept: */*"));

    assertThat(sent.head())
        .startsWith("GET /x?a=1&api_key=s3cret-Value%2B%2F%3D%26%25%221&b=%20 HTTP/1.1\r\n");
  }

  @Test
  void query_withTokenAndNamePercentEncoded_getsTheValue() {
    String token = agent.grant("key", VALUE, on("query:api_key"));
    String target = "/x?%61pi%5fkey=" + TokenForms.percent(token, 1);

    assertThat(agent.send(request("GET", target)).head()).contains("=s3cret-Value%2B");
  }

  @Test
  void path_withTokenAsPartOfSegment_getsTheValue() {
    String token = agent.grant("telegram", "123:AbC-_x y", on("path"));

    var sent = agent.send(request("GET", "/bot" + token + "/getMe?x=1"));

    assertThat(sent.head()).startsWith("GET /bot123:AbC-_x%20y/getMe?x=1 HTTP/1.1\r\n");
  }

  @ValueSource(strings = {"a/b", "a\\b", "..", "a..b", "a?b", "a#b", ".", "a\nb", "a\u007fb"})
  @ParameterizedTest
  void path_withValueThatChangesIt_isRefused(String value) {
    String token = agent.grant("key", value, on("path"));

    assertThat(agent.refusal(request("GET", "/v1/" + token), ""))
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
  }

  @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\u00e9", " a", "a ", "", "a\tb"})
  @ParameterizedTest
  void header_withValueThatChangesIt_isRefused(String value) {
    String token = agent.grant("key", value, on("header:authorization"));

    assertThat(agent.refusal(request("GET", "/", "Authorization: Bearer " + token), ""))
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
  }

  @ValueSource(strings = {"a\r\nb", "a\0b", ""})
  @ParameterizedTest
  void query_withValueThatChangesIt_isRefused(String value) {
    String token = agent.grant("key", value, on("query:k"));

    assertThat(agent.refusal(request("GET", "/?k=" + token), ""))
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
  }

  @Test
  void json_withTokenAtPointer_getsTheValueEscapedAndKeepsAllOtherBytes() {
    String token = agent.grant("key", "a\"b\\c\n", on("json:/auth/secret"));
    String body =
        "{ \"n\": 1.50,\n \"auth\" : {\"secret\":\"T\" , \"x\":[1,{}]}, \"e\":\"\\u00e9\"}";

    var sent =
        agent.send(
            request("POST", "/", "Content-Type: application/json"), body.replace("T", token));

    assertThat(sent.body()).isEqualTo(body.replace("T", "a\\\"b\\\\c\\u000A"));
  }

  @Test
  void json_withEscapedToken_getsTheValue() {
    String token = agent.grant("key", "value", on("json:/s"));
    String body = "{\"s\":\"\\u006b" + token.substring(1) + "\"}";

    assertThat(
            agent.send(request("POST", "/", "Content-Type: application/vnd.x+json"), body).body())
        .isEqualTo("{\"s\":\"value\"}");
  }

  @Test
  void json_withTokenInArrayElement_getsTheValue() {
    String token = agent.grant("key", "value", on("json:/a/1/s"));
    String body = "{\"a\":[{\"s\":\"x\"},{\"s\":\"Bearer T\"}]}";

    assertThat(
            agent
                .send(
                    request("POST", "/", "Content-Type: application/json; charset=utf-8"),
                    body.replace("T", token))
                .body())
        .isEqualTo("{\"a\":[{\"s\":\"x\"},{\"s\":\"Bearer value\"}]}");
  }

  @CsvSource({
    "'{\"t\":\"T\"}',SURFACE_MISMATCH",
    "'{\"s\":\"x\",\"T\":1}',SURFACE_MISMATCH",
    "'{\"s\":{\"s\":\"T\"}}',SURFACE_MISMATCH",
    "'{\"s\":\"x\",\"s\":\"T\"}',INVALID_REQUEST",
    "'{\"s\":\"T\"} {\"s\":\"x\"}',INVALID_REQUEST",
    "'{\"s\":\"T\"',INVALID_REQUEST",
    "'{\"s\":\"T T\"}',TOO_MANY_OCCURRENCES",
    "'{\"s\":\"T\",\"o\":\"T\"}',SURFACE_MISMATCH"
  })
  @ParameterizedTest
  void json_withTokenInTheWrongPlace_isRefused(String body, ErrorCode expected) {
    String token = agent.grant("key", "value", on("json:/s"));

    assertThat(
            agent.refusal(
                request("POST", "/", "Content-Type: application/json"), body.replace("T", token)))
        .isEqualTo(expected);
  }

  @Test
  void json_withValueThatIsNotText_isRefused() {
    String token = agent.grant("key", "\u00ff\u00fe", on("json:/s"));

    assertThat(
            agent.refusal(
                request("POST", "/", "Content-Type: application/json"),
                "{\"s\":\"" + token + "\"}"))
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
  }

  @Test
  void form_withToken_getsTheValuePercentEncoded() {
    String token = agent.grant("key", VALUE, on("form:client_secret"));
    String type = "Content-Type: application/x-www-form-urlencoded";

    var sent = agent.send(request("POST", "/", type), "a=b+c&client_secret=" + token + "&d=%41");

    assertThat(sent.body()).isEqualTo("a=b+c&client_secret=s3cret-Value%2B%2F%3D%26%25%221&d=%41");
  }

  @Test
  void form_withFieldTwice_isRefused() {
    String token = agent.grant("key", VALUE, on("form:s"));
    String type = "Content-Type: application/x-www-form-urlencoded";

    assertThat(agent.refusal(request("POST", "/", type), "s=x&s=" + token))
        .isEqualTo(ErrorCode.AMBIGUOUS_REQUEST);
  }

  @ValueSource(
      strings = {
        "Cookie: s=T",
        "Referer: https://api.example.com/?t=T",
        "User-Agent: T",
        "X-Other: Bearer T",
        "X-Other: B",
        "Authorization: P",
        "Authorization: J"
      })
  @ParameterizedTest
  void token_inAnotherHeaderOrForm_isRefused(String field) {
    String token = agent.grant("key", VALUE, on("header:authorization"));
    String written =
        field
            .replace("T", token)
            .replace(": B", ": " + base64("x:" + token))
            .replace(": P", ": " + TokenForms.percent(token, 1))
            .replace(": J", ": Bearer \\u006b" + token.substring(1));

    assertThat(agent.refusal(request("GET", "/", written), ""))
        .isEqualTo(ErrorCode.SURFACE_MISMATCH);
  }

  @Test
  void token_inHeaderName_isRefused() {
    String token = agent.grant("key", VALUE, on("header:authorization"));

    assertThat(agent.refusal(request("GET", "/", "X-" + token + ": 1"), ""))
        .isEqualTo(ErrorCode.SURFACE_MISMATCH);
  }

  @ValueSource(strings = {"/T", "/a/bT/c", "/?x=T", "/?T", "/?T=1", "/?x=%256bREST", "/?x=B"})
  @ParameterizedTest
  void token_inTarget_isRefusedWhenBoundToHeader(String target) {
    String token = agent.grant("key", VALUE, on("header:authorization"));
    String written =
        target
            .replace("T", token)
            .replace("REST", token.substring(1))
            .replace("B", base64("x:" + token).replace("+", "%2B").replace("/", "%2F"));

    assertThat(agent.refusal(request("GET", written), "")).isEqualTo(ErrorCode.SURFACE_MISMATCH);
  }

  @Test
  void token_inStreamedBody_isRefusedHoweverCut() {
    String token = agent.grant("key", VALUE, on("header:authorization"));
    byte[] body = ("--x\r\n\r\nsome text " + token + "\r\n--x--").getBytes(ISO_8859_1);
    for (int size = 1; size < body.length; size++) {
      int pieceSize = size;
      assertThatThrownBy(() ->
              agent.send(
                  request("POST", "/", "Content-Type: multipart/form-data"), body, pieceSize))
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused ->
                  assertThat(refused.problem().code()).isEqualTo(ErrorCode.SURFACE_MISMATCH));
    }
  }

  @Test
  void token_moreOftenThanAllowed_isRefused() {
    String token = agent.grant("key", VALUE, on("header:x-a"));

    assertThat(agent.refusal(request("GET", "/", "X-A: " + token, "X-A: " + token), ""))
        .isEqualTo(ErrorCode.TOO_MANY_OCCURRENCES);
  }

  @Test
  void token_asOftenAsAllowed_getsTheValueEachTime() {
    String token =
        agent.grant("key", "value-1234", on("header:x-a", 2, new Injection.ReplaceToken()));

    assertThat(agent.send(request("GET", "/", "X-A: " + token, "X-A: k=" + token)).head())
        .contains("X-A: value-1234\r\nX-A: k=value-1234\r\n");
  }

  @Test
  void token_ofOtherDestination_isRefusedWithTheCommandThatWidens() {
    NetworkBinding elsewhere = NetworkBinding.to(OTHER);
    String token = agent.grant("key", VALUE, elsewhere);

    assertThatThrownBy(() -> agent.send(request("GET", "/", "Authorization: Bearer " + token)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.problem().code()).isEqualTo(ErrorCode.DESTINATION_MISMATCH);
              assertThat(refused.problem().credential().orElseThrow().value()).isEqualTo("key");
              assertThat(refused.problem().fix())
                  .isEqualTo("keymantle credential set key --destination " + API);
              assertThat(refused.getMessage()).doesNotContain(token).doesNotContain(VALUE);
            });
  }

  @Test
  void token_unknownOrCut_isRefused() {
    String token = agent.grant("key", VALUE, on("header:authorization"));
    String unknown = SubstitutionFixture.token(99);

    assertThat(agent.refusal(request("GET", "/", "Authorization: Bearer " + unknown), ""))
        .isEqualTo(ErrorCode.TOKEN_UNKNOWN);
    assertThat(
            agent.refusal(
                request("GET", "/", "Authorization: Bearer " + token.substring(0, 30)), ""))
        .isEqualTo(ErrorCode.TOKEN_UNKNOWN);
    assertThat(
            agent.refusal(request("GET", "/", "Authorization: Bearer K" + token.substring(1)), ""))
        .isEqualTo(ErrorCode.TOKEN_UNKNOWN);
  }

  @CsvSource({
    "GET,/repos/a/b,",
    "POST,/repos/a/b,METHOD_NOT_ALLOWED",
    "GET,/user,PATH_NOT_ALLOWED",
    "GET,/repos/../user,PATH_NOT_ALLOWED",
    "GET,/repos/%2e%2e/user,PATH_NOT_ALLOWED"
  })
  @ParameterizedTest
  void methodAndPath_ofBinding_areHeld(String method, String path, ErrorCode expected) {
    NetworkBinding binding =
        new NetworkBinding(
            API,
            Set.of("GET"),
            List.of(new PathPattern("/repos/**")),
            Surface.DEFAULT,
            new Injection.ReplaceToken(),
            1,
            List.of(),
            List.of());
    String token = agent.grant("key", VALUE, binding);

    assertThat(agent.refusal(request(method, path, "Authorization: Bearer " + token), ""))
        .isEqualTo(expected);
  }

  @Test
  void pathRules_areJudgedWithTheTokenMasked() {
    NetworkBinding binding =
        new NetworkBinding(
            API,
            Set.of(),
            List.of(new PathPattern("/bot*/getMe")),
            new Surface.Path(),
            new Injection.ReplaceToken(),
            1,
            List.of(),
            List.of());
    String token = agent.grant("key", "12:ab", binding);

    assertThat(agent.refusal(request("GET", "/bot" + token + "/getMe"), "")).isNull();
    assertThat(agent.refusal(request("GET", "/bot" + token + "/send"), ""))
        .isEqualTo(ErrorCode.PATH_NOT_ALLOWED);
    assertThat(SubstitutionPath.masked("/bot" + token + "/getMe")).isEqualTo("/bot[token]/getMe");
  }

  @Test
  void inject_always_replacesWhatTheAgentSent() {
    var always = new Injection.Always(new Injection.Format.Bearer());
    agent.grant("key", "value-1234", on("header:authorization", 1, always));

    assertThat(agent.send(request("GET", "/", "Authorization: Bearer fake", "A: b")).head())
        .isEqualTo("GET / HTTP/1.1\r\nA: b\r\nAuthorization: Bearer value-1234\r\n\r\n");
    assertThat(agent.send(request("GET", "/")).head())
        .contains("Authorization: Bearer value-1234\r\n");
  }

  @Test
  void inject_always_withItsOwnToken_takesOneRedemption() {
    var always = new Injection.Always(new Injection.Format.Basic("me"));
    String token = agent.grant("key", "value-1234", on("header:authorization", 1, always));
    RequestHead head = request("GET", "/", "Authorization: Bearer " + token);

    assertThat(
            new SubstitutionPlanner(agent, Protection.FULL).plan(head, agent.session, API).uses())
        .hasSize(1);
    assertThat(agent.send(head).head())
        .contains("Authorization: Basic " + base64("me:value-1234") + "\r\n");
  }

  @Test
  void inject_always_withTokenOfAnotherCredential_isRefused() {
    var always = new Injection.Always(new Injection.Format.Bearer());
    agent.grant("key", "value-1234", on("header:authorization", 1, always));
    String token = agent.grant("other", "value-5678", on("header:authorization"));

    assertThat(agent.refusal(request("GET", "/", "Authorization: Bearer " + token), ""))
        .isEqualTo(ErrorCode.SURFACE_MISMATCH);
  }

  @Test
  void inject_always_withShortValue_isRefused() {
    var always = new Injection.Always(new Injection.Format.Raw());
    agent.grant("key", "1234567", on("header:x-k", 1, always));

    assertThat(agent.refusal(request("GET", "/"), "")).isEqualTo(ErrorCode.VALUE_UNUSABLE);
  }

  @Test
  void inject_always_onQueryAndFields_replacesOrAdds() {
    var always = new Injection.Always(new Injection.Format.Raw());
    agent.grant("a", "value-1234", on("query:k", 1, always));
    agent.grant("b", "value-5678", on("form:f", 1, always));
    agent.grant("c", "value-9012", on("json:/o/s", 1, always));
    String form = "Content-Type: application/x-www-form-urlencoded";
    String json = "Content-Type: application/json";

    assertThat(agent.send(request("GET", "/x?k=1&b=2&k=3")).head())
        .contains("/x?k=value-1234&b=2 ");
    assertThat(agent.send(request("GET", "/x")).head()).contains("GET /x?k=value-1234 ");
    assertThat(agent.send(request("POST", "/", form), "a=1").body()).isEqualTo("a=1&f=value-5678");
    assertThat(agent.send(request("POST", "/", form), "f=").body()).isEqualTo("f=value-5678");
    assertThat(agent.send(request("POST", "/", json), "{\"o\":{}}").body())
        .isEqualTo("{\"o\":{\"s\":\"value-9012\"}}");
    assertThat(agent.send(request("POST", "/", json), "{\"o\":{\"a\":1}}").body())
        .isEqualTo("{\"o\":{\"s\":\"value-9012\",\"a\":1}}");
    assertThat(agent.send(request("POST", "/", json), "{\"o\":{\"a\":1,\"s\":null}}").body())
        .isEqualTo("{\"o\":{\"a\":1,\"s\":\"value-9012\"}}");
    assertThat(agent.send(request("POST", "/", json), "{\"o\":{\"s\":\"old\\\"\"}}").body())
        .isEqualTo("{\"o\":{\"s\":\"value-9012\"}}");
  }

  @Test
  void credentials_onDifferentSurfaces_areAllPutIn() {
    String one = agent.grant("one", "value-1", on("header:x-a"));
    String two = agent.grant("two", "value-2", on("query:k"));

    assertThat(agent.send(request("GET", "/?k=" + two, "X-A: " + one)).head())
        .isEqualTo("GET /?k=value-2 HTTP/1.1\r\nX-A: value-1\r\n\r\n");
  }

  @Test
  void request_toBoundDestination_asksForWholeReadableReplies() {
    agent.grant("key", VALUE, on("header:authorization"));

    var sent =
        agent.send(
            request(
                "GET",
                "/",
                "Range: bytes=0-1",
                "If-Range: x",
                "Accept-Encoding: gzip, snappy;q=0.5, br;q=0.9, *",
                "Sec-WebSocket-Extensions: permessage-deflate"));

    assertThat(sent.head()).isEqualTo("GET / HTTP/1.1\r\nAccept-Encoding: gzip, br;q=0.9\r\n\r\n");
  }

  @Test
  void request_withoutToken_passesUnchanged() {
    String head = "X-A: kmt_short";
    String json = "{\"a\" : \"b\"}";
    agent.grant("key", VALUE, on("json:/a"));

    var sent =
        agent.send(request("POST", "/x?y=%20", head, "Content-Type: application/json"), json);

    assertThat(sent.head())
        .startsWith("POST /x?y=%20 HTTP/1.1\r\nX-A: kmt_short\r\nContent-Type: application/json");
    assertThat(sent.body()).isEqualTo(json);
  }
}
