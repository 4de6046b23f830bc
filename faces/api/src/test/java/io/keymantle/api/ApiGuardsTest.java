package io.keymantle.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.testkit.TestBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the API must refuse, whoever asks and however it is sent.
final class ApiGuardsTest {
  @TempDir Path folder;
  private TestApi api;
  private String token;

  @BeforeEach
  void start() {
    api = new TestApi(folder);
    token =
        api.broker()
            .control()
            .agents()
            .add(TestBroker.OWNER, new AgentName("main"), EgressPolicy.DEFAULT)
            .token();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void everyAgentRoute_withoutToken_isUnauthenticated() throws Exception {
    for (RouteTable.Route route : api.agentTable().routes()) {
      HttpResponse<String> answer =
          api.agent("", route.method(), route.pattern().replaceAll("\\{\\w+}", "x"), "");
      assertThat(answer.statusCode()).as(route.toString()).isEqualTo(401);
    }
    assertThat(api.agent("", "GET", "/v1/no-such-path", "").statusCode()).isEqualTo(401);
    assertThat(api.agent("kma_wrong", "GET", "/v1/whoami", "").statusCode()).isEqualTo(401);
  }

  @Test
  void everyAdminRoute_withAnAgentToken_isForbidden() throws Exception {
    for (RouteTable.Route route : api.adminTable().routes()) {
      String path = route.pattern().replaceAll("\\{\\w+}", "github-api");
      HttpResponse<String> answer = api.adminAs(token, route.method(), path, "{}");
      assertThat(answer.statusCode()).as(route + " " + answer.body()).isEqualTo(403);
    }
    assertThat(api.stopped()).isFalse();
  }

  /// A body that fills what may wait again and again: whoever reads it is now slower, now quicker
  /// than what sends it.
  @Test
  void longBody_arrivesWhole_howeverReaderAndSenderAreScheduled() throws Exception {
    String body = "{credentials: {}, filler: '" + "x".repeat(3 << 20) + "'}";
    for (int i = 0; i < 40; i++) {
      HttpResponse<String> answer = api.admin("POST", "/v1/imports", body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }
  }

  @Test
  void adminRoute_onTheAgentsListener_doesNotExist() throws Exception {
    for (RouteTable.Route route : api.adminTable().routes()) {
      boolean shared =
          api.agentTable().routes().stream()
              .anyMatch(each ->
                  each.method().equals(route.method()) && each.pattern().equals(route.pattern()));
      if (!shared) {
        String path = route.pattern().replaceAll("\\{\\w+}", "x");
        assertThat(api.agent(token, route.method(), path, "").statusCode())
            .as(route.toString())
            .isIn(404, 403);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1:1",
        "127.0.0.1",
        "localhost.evil:PORT",
        "[::1"
      })
  void foreignHost_isForbidden(String host) throws Exception {
    String value = host.replace("PORT", Integer.toString(api.agentPort()));

    String answer = api.raw(head("GET /v1/whoami", value, ""));

    assertThat(answer).startsWith("HTTP/1.1 403").contains("Host header");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:PORT", "localhost:PORT"})
  void ownHost_isServed(String host) throws Exception {
    String value = host.replace("PORT", Integer.toString(api.agentPort()));

    assertThat(api.raw(head("GET /v1/whoami", value, ""))).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://127.0.0.1"})
  void requestOfAWebPage_isForbidden_alsoWithAToken(String origin) throws Exception {
    assertThat(api.raw(head("GET /v1/whoami", own(), "Origin: " + origin + "\r\n")))
        .startsWith("HTTP/1.1 403")
        .contains("web page");
  }

  @Test
  void ambiguousRequest_isRefused() throws Exception {
    assertThat(
            api.raw(
                head(
                        "POST /v1/requests",
                        own(),
                        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n")
                    + "{}"))
        .startsWith("HTTP/1.1 400");
    assertThat(
            api.raw(
                head("POST /v1/requests", own(), "Content-Length: 2\r\nContent-Length: 3\r\n")
                    + "{}"))
        .startsWith("HTTP/1.1 400");
    assertThat(api.raw("GET /v1/whoami HTTP/1.1\r\nAuthorization: Bearer " + token + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(
            api.raw(head("GET /v1/whoami", own(), "Host: 127.0.0.1:" + api.agentPort() + "\r\n")))
        .startsWith("HTTP/1.1 400");
    assertThat(api.raw(head("GET http://127.0.0.1/v1/whoami", own(), "")))
        .startsWith("HTTP/1.1 400");
    assertThat(api.raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
  }

  @Test
  void headLimits_holdAtTheLimitAndPastIt() throws Exception {
    assertThat(api.raw(head("GET /v1/whoami", own(), "X: " + "a".repeat(15_000) + "\r\n")))
        .startsWith("HTTP/1.1 200");
    assertThat(api.raw(head("GET /v1/whoami", own(), "X: " + "a".repeat(17_000) + "\r\n")))
        .startsWith("HTTP/1.1 431");
    assertThat(api.raw(head("GET /v1/whoami?" + "a".repeat(8_000), own(), "")))
        .startsWith("HTTP/1.1 200");
    assertThat(api.raw(head("GET /v1/whoami?" + "a".repeat(8_300), own(), "")))
        .startsWith("HTTP/1.1 414");
  }

  @Test
  void bodyLimit_holdsAtTheLimitAndPastIt() throws Exception {
    String frame = "{\"token\":\"\"}";
    String atLimit = "{\"token\":\"" + "a".repeat(JsonBody.LIMIT - frame.length()) + "\"}";

    assertThat(api.agent(token, "POST", "/v1/grants/validate", atLimit).statusCode())
        .isEqualTo(200);
    assertThat(api.agent(token, "POST", "/v1/grants/validate", atLimit + " ").statusCode())
        .isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\":\"a\",\"token\":\"b\"}",
        "{\"token\":\"a\",\"more\":1}",
        "{\"token\":1}",
        "{\"token\":null}",
        "{token:'a'}",
        "{\"token\":\"a\"} x",
        "[\"token\"]",
        "\"token\"",
        "{\"token\":\"a\",}",
        "{",
        "{\"token\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}}}}}}}}}}"
      })
  void bodyThatIsNotExactlyWhatIsWanted_isRefused(String body) throws Exception {
    HttpResponse<String> answer = api.agent(token, "POST", "/v1/grants/validate", body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"invalid_request\"");
  }

  @Test
  void unknownMember_isNamed() throws Exception {
    assertThat(api.agent(token, "POST", "/v1/grants/validate", "{\"tokn\":\"a\"}").body())
        .contains("tokn");
  }

  @Test
  void wrongMethod_isNamedWithTheRightOne() throws Exception {
    assertThat(api.agent(token, "DELETE", "/v1/whoami", "").body())
        .contains("method_not_allowed")
        .contains("use GET");
  }

  @Test
  void answers_areNotCached() throws Exception {
    assertThat(api.agent(token, "GET", "/v1/whoami", "").headers().map())
        .containsEntry("cache-control", java.util.List.of("no-store"))
        .containsEntry("x-content-type-options", java.util.List.of("nosniff"));
  }

  private String own() {
    return "127.0.0.1:" + api.agentPort();
  }

  private String head(String line, String host, String more) {
    return line
        + " HTTP/1.1\r\nHost: "
        + host
        + "\r\nAuthorization: Bearer "
        + token
        + "\r\n"
        + more
        + "\r\n";
  }
}
