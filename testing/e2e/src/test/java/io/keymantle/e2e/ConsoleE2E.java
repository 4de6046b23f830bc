package io.keymantle.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How people come in to the console of the real broker, and who would like to come in as them.
class ConsoleE2E {
  @TempDir static Path folder;
  private static ConsoleHome home;
  private static ConsoleBrowser browser;

  @BeforeAll
  static void start() throws IOException {
    home = ConsoleHome.start(folder);
    browser = new ConsoleBrowser(home);
    home.credential("by-totp", "'approval':{'totp':true}");
  }

  @AfterAll
  static void no_answer_had_a_session_in_it() throws IOException {
    browser.close();
    home.close();
    assertThat(browser.bodies()).as("positive control").anyMatch(body -> body.contains("csrf"));
    assertThat(browser.bodies()).noneMatch(body -> body.contains("kms_"));
    assertThat(browser.bodies()).noneMatch(body -> body.contains(ConsoleHome.VALUE));
  }

  @Test
  void invited_person_sets_up_a_passkey_and_codes_and_comes_in_by_each() {
    String invitation = home.invite("ina", "approver");
    try (ConsoleVisit ina = browser.stranger().withAuthenticator()) {
      setUp(ina, invitation);
      ina.page().locator("km-me").getByLabel("Name").fill("this laptop");
      ina.button("Add a passkey").click();
      assertThat(ina.button("Remove this laptop")).isVisible();
      Authenticator app = enrol(ina, new ArrayList<>());

      ina.button("Sign out").click();
      ina.button("With a passkey").click();
      assertThat(ina.page().locator("header.bar")).containsText("ina");

      ina.button("Sign out").click();
      ina.signInByPassword("ina");
      assertThat(ina.page().locator(".failure")).isVisible();
      ina.field("Code, if you have set one up").fill(app.fresh());
      ina.signInByPassword("ina");
      assertThat(ina.page().locator("header.bar")).containsText("ina");

      ina.go("me");
      ina.button("Remove this laptop").click();
      assertThat(ina.button("Remove this laptop")).hasCount(0);
      assertThat(ina.errors()).isEmpty();
    }
  }

  /// docs/approvals.md, "In the console": counted from the first page after signing in.
  @Test
  void enrolling_an_app_and_approving_takes_no_more_than_six_clicks() throws IOException {
    try (ConsoleVisit bob = browser.visit(home.person("bob", "approver"))) {
      home.request("by-totp", "held for bob");
      List<String> clicks = new ArrayList<>();

      click(clicks, bob.page().locator("nav a[href='#/me']"));
      Authenticator app = enrol(bob, clicks);
      click(clicks, bob.page().locator("nav a[href='#/inbox']"));
      bob.pending("by-totp").getByLabel("Code").pressSequentially(app.fresh());

      assertThat(bob.text("Your yes is in the ledger.")).isVisible();
      assertThat(home.request("by-totp", "held for bob").has("token")).isTrue();
      Files.writeString(
          Path.of("target", "journey-approvals.txt"), clicks.size() + " clicks: " + clicks + "\n");
      assertThat(clicks).hasSizeLessThanOrEqualTo(6);
    }
  }

  private static void setUp(ConsoleVisit visit, String invitation) {
    visit.page().navigate(home.url() + "/#/setup/" + invitation);
    visit.field("New password").fill(ConsoleHome.PASSWORD);
    visit.field("The same again").fill(ConsoleHome.PASSWORD);
    visit.button("Set up").click();
    assertThat(visit.page().locator("km-me")).isVisible();
  }

  private static Authenticator enrol(ConsoleVisit visit, List<String> clicks) {
    click(clicks, visit.button("Set up codes"));
    assertThat(visit.page().locator("svg.qr")).isVisible();
    visit.text("Cannot scan?").click(); // What a camera does.
    Authenticator app = new Authenticator(visit.page().locator("details code").textContent());
    visit.shot("enrolment");
    visit.field("Code").first().fill(app.fresh());
    click(clicks, visit.button("Confirm"));
    assertThat(visit.page().locator("ol.codes li")).hasCount(10);
    click(clicks, visit.button("I have kept them"));
    return app;
  }

  private static void click(List<String> clicks, Locator where) {
    clicks.add(where.textContent().strip().replaceAll("\\s+", " "));
    where.click();
  }

  @Test
  void cookie_alone_and_second_half_alone_open_nothing() {
    ConsolePerson alice = home.alice();
    String cookie = ConsolePerson.COOKIE + "=" + alice.cookie();
    Map<String, String> first = Map.of("cookie", cookie);
    Map<String, String> second = Map.of("x-keymantle-csrf", alice.half());

    assertThat(home.send("GET", "/v1/credentials", "", first).statusCode()).isEqualTo(401);
    assertThat(home.send("GET", "/v1/credentials", "", second).statusCode()).isEqualTo(401);
    try (ConsoleVisit hers = browser.visit(alice)) {
      assertThat(hers.page().evaluate("document.cookie")).isEqualTo("");
      hers.go("credentials");
    }
  }

  @Test
  void name_of_another_server_is_refused() throws IOException {
    int port = URI.create(home.url()).getPort();

    PlainHttp.Reply reply =
        PlainHttp.exchange(
            new InetSocketAddress("127.0.0.1", port),
            "GET",
            "/",
            Map.of("Host", "evil.example:" + port),
            "");

    assertThat(reply.status()).isEqualTo(403);
  }

  @Test
  void page_of_another_port_of_localhost_can_do_nothing() throws IOException {
    List<String> cookies = Collections.synchronizedList(new ArrayList<>());
    HttpServer evil = evil(cookies);
    ConsolePerson eve = home.person("eva", "owner");
    try (ConsoleVisit hers = browser.visit(eve)) {
      Page attacker = hers.page().context().newPage();
      attacker.navigate("http://localhost:" + evil.getAddress().getPort() + "/");

      // Why the cookie is half a session only.
      assertThat(cookies.getFirst()).contains(ConsolePerson.COOKIE + "=kms_");
      assertThat(cookie(hers).value).isEqualTo("kms_planted");
      assertThat(attacker.frames()).anyMatch(frame -> frame.url().startsWith("chrome-error"));
      assertThat(
              fetched(attacker, "/v1/grants?all=true', {method: 'DELETE', credentials: 'include'"))
          .isEqualTo("refused");
      assertThat(
              fetched(
                  attacker,
                  "/v1/agents', {method: 'POST', mode: 'no-cors', credentials: 'include', body:"
                      + " '{}'"))
          .isIn("refused", "opaque0");
      // Session fixation: the planted cookie fits no second half, and she has to sign in again.
      hers.page().evaluate("location.hash = '#/credentials'");
      assertThat(hers.button("Sign in")).isVisible();
    } finally {
      evil.stop(0);
    }
  }

  private static String fetched(Page page, String call) {
    return (String)
        page.evaluate(
            "url => fetch(url + '" + call + "}).then(r => r.type + r.status, e => 'refused')",
            home.url());
  }

  /// A web server that a person visits: frames the console, and plants a cookie for it.
  private static HttpServer evil(List<String> cookies) throws IOException {
    HttpServer evil =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    byte[] body = ("<iframe src='" + home.url() + "/'></iframe>").getBytes(StandardCharsets.UTF_8);
    evil.createContext(
        "/",
        exchange -> {
          cookies.add(String.valueOf(exchange.getRequestHeaders().getFirst("Cookie")));
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange
              .getResponseHeaders()
              .add("Set-Cookie", ConsolePerson.COOKIE + "=kms_planted; Path=/; Secure");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    evil.start();
    return evil;
  }

  private static Cookie cookie(ConsoleVisit visit) {
    return visit.page().context().cookies(home.url()).stream()
        .filter(each -> each.name.equals(ConsolePerson.COOKIE))
        .findFirst()
        .orElseThrow();
  }
}
