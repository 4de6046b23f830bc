package io.keymantle.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.testkit.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a browser gets of the console's listener, and what it does not, whoever steers it.
final class ConsoleRoutesTest {
  private static final String LIST = "/v1/credentials";

  @TempDir Path folder;
  private TestApi api;
  private ConsoleClient page;

  @BeforeEach
  void start() {
    api = new TestApi(folder);
    page = ConsoleClient.own(api);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void login_givesTheTokenToTheCookieAlone() throws IOException {
    api.seal();

    String answer = page.post("/v1/sessions", "{\"passphrase\":\"correct horse\"}");

    String body = answer.substring(answer.indexOf("\r\n\r\n"));
    assertThat(answer)
        .startsWith("HTTP/1.1 201")
        .containsPattern(
            "set-cookie: __Host-keymantle=kms_\\w+; Path=/; Secure; HttpOnly; SameSite=Strict\r\n");
    assertThat(body).contains("\"csrf\":").doesNotContain("kms_").doesNotContain("token");
  }

  @Test
  void bothHalves_openTheSession() throws IOException {
    assertThat(owner().get(LIST)).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cookie", "X-Keymantle-Csrf"})
  void oneHalf_opensNothing(String missing) throws IOException {
    assertThat(owner().without(missing).get(LIST))
        .startsWith("HTTP/1.1 401")
        .contains("session_required");
  }

  @Test
  void halvesOfTwoSessions_openNothing() throws IOException {
    String other = owner().headers().get("X-Keymantle-Csrf");

    assertThat(owner().with("X-Keymantle-Csrf", other).get(LIST)).startsWith("HTTP/1.1 401");
  }

  @Test
  void cookieThatSomebodyElseHasSet_opensNothing() throws IOException {
    ConsoleClient owner = owner();
    String own = owner.headers().get("Cookie");

    assertThat(owner.with("Cookie", "__Host-keymantle=kms_planted").get(LIST))
        .startsWith("HTTP/1.1 401");
    assertThat(owner.with("Cookie", own + "; __Host-keymantle=kms_planted").get(LIST))
        .startsWith("HTTP/1.1 401");
  }

  @Test
  void bearerToken_opensNothing() throws IOException {
    String session = owner().headers().get("Cookie").replace("__Host-keymantle=", "");
    String agent =
        api.broker()
            .control()
            .agents()
            .add(TestBroker.OWNER, new AgentName("main"), EgressPolicy.DEFAULT)
            .token();

    assertThat(page.with("Authorization", "Bearer " + session).get(LIST))
        .startsWith("HTTP/1.1 401");
    assertThat(page.with("Authorization", "Bearer " + agent).get("/v1/whoami"))
        .startsWith("HTTP/1.1 404");
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://localhost:1",
    "Origin, http://127.0.0.1:PORT",
    "Origin, https://evil.example",
    "Origin, null",
    "Sec-Fetch-Site, same-site",
    "Sec-Fetch-Site, cross-site",
    "Sec-Fetch-Site, none",
    "Host, evil.example:PORT",
    "Host, evil.example",
    "Host, 127.0.0.1:PORT",
    "Host, localhost:1"
  })
  void anyOtherPage_isForbidden_alsoWithBothHalves(String header, String value) throws IOException {
    String sent = value.replace("PORT", Integer.toString(api.consolePort()));

    assertThat(owner().with(header, sent).get(LIST)).startsWith("HTTP/1.1 403");
  }

  @Test
  void nameOfTheProxy_isTheConsolesToo_withItsOriginOnly() throws IOException {
    ConsoleClient proxied = owner().with("Host", "keys.example.com");

    assertThat(proxied.with("Origin", "https://keys.example.com").get(LIST))
        .startsWith("HTTP/1.1 200");
    assertThat(proxied.get(LIST)).startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", ""})
  void bodyThatAnyPageCouldSend_isRefused(String type) throws IOException {
    assertThat(owner().with("Content-Type", type).call("POST", "/v1/agents", "{\"name\":\"a\"}"))
        .startsWith("HTTP/1.1 400");
    assertThat(api.broker().control().agents().list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/exec", "POST, /v1/shutdown", "POST, /v1/backups", "POST, /v1/redact",
    "POST, /v1/runs", "POST, /v1/requests", "POST, /v1/imports", "GET, /v1/whoami"
  })
  void whatNoPageCalls_isNotThere(String method, String path) throws IOException {
    assertThat(owner().with("Content-Type", "application/json").call(method, path, "{}"))
        .startsWith("HTTP/1.1 404");
    assertThat(api.stopped()).isFalse();
  }

  @Test
  void status_needsASession() throws IOException {
    assertThat(page.get("/v1/status")).startsWith("HTTP/1.1 401");
  }

  @Test
  void everyAnswer_isForTheConsolesPagesAlone() throws IOException {
    for (String answer :
        new String[] {page.get("/"), page.get("/none"), page.get(LIST), owner().get(LIST)}) {
      assertThat(answer)
          .contains("content-security-policy: default-src 'none'")
          .contains("x-frame-options: DENY")
          .contains("x-content-type-options: nosniff")
          .contains("cross-origin-resource-policy: same-origin")
          .contains("cross-origin-opener-policy: same-origin")
          .contains("referrer-policy: no-referrer")
          .doesNotContain("access-control");
    }
  }

  @Test
  void file_isKeptForEver_whenItsPathNamesItsContent() throws IOException {
    assertThat(page.get("/a.12.js")).contains("immutable");
    assertThat(page.get("/")).contains("cache-control: no-cache").endsWith("<p>the page");
    assertThat(page.with("If-None-Match", "\"1\"").get("/")).startsWith("HTTP/1.1 304");
    assertThat(page.with("Accept-Encoding", "gzip").get("/")).contains("content-encoding: gzip");
  }

  @Test
  void address_leadsToTheName() throws IOException {
    assertThat(page.with("Host", "127.0.0.1:" + api.consolePort()).get("/"))
        .startsWith("HTTP/1.1 307")
        .contains("location: http://localhost:" + api.consolePort() + "/");
  }

  @Test
  void homeWhereNobodyHasAnythingToProve_isNotOpenToWhoeverConnects() throws IOException {
    assertThat(page.post("/v1/sessions", "{\"passphrase\":\"anything\"}"))
        .startsWith("HTTP/1.1 401")
        .contains("one-time link");
  }

  @Test
  void logout_takesTheCookieBack() throws IOException {
    assertThat(owner().call("DELETE", "/v1/sessions/current", "")).contains("Max-Age=0");
  }

  private ConsoleClient owner() throws IOException {
    api.seal();
    return page.signedIn();
  }
}
