package io.keymantle.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
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

/// People at the console of the real broker, in Chromium, and who would like to be them.
class ConsoleE2E {
  private static final String PASSWORD = "staple battery 42 horses";

  @TempDir static Path folder;
  private static ConsoleHome home;
  private static ConsoleBrowser browser;
  private static BrowserContext alice;
  private static Page page;
  private static Authenticator app;
  private static final List<String> bodies = Collections.synchronizedList(new ArrayList<>());

  /// The first owner: by the one-time link, with a passkey and an authenticator app.
  @BeforeAll
  static void alice_sets_herself_up() throws IOException {
    home = ConsoleHome.start(folder);
    String invitation =
        home.admin("POST", "/v1/people", "{\"name\":\"alice\",\"role\":\"owner\"}")
            .get("setup")
            .asString();
    browser = new ConsoleBrowser();
    alice = browser.person();
    page = alice.newPage();
    page.onResponse(ConsoleE2E::keep);
    ConsoleBrowser.authenticator(page);

    page.navigate(home.url() + "/#/setup/" + invitation);
    page.getByLabel("New password").fill(PASSWORD);
    page.getByLabel("The same again").fill(PASSWORD);
    button(page, "Set up").click();

    page.locator("km-me").getByLabel("Name").fill("this laptop");
    button(page, "Add a passkey").click();
    assertThat(page.getByText("The passkey is ready.")).isVisible();

    button(page, "Set up codes").click();
    assertThat(page.locator("svg.qr")).isVisible();
    page.getByText("Cannot scan?").click();
    app = new Authenticator(page.locator("details code").textContent());
    ConsoleBrowser.screenshot(page, "real-enrolment");
    page.locator("input[name=code]").fill(app.fresh());
    button(page, "Confirm").click();
    assertThat(page.locator("ol.codes li")).hasCount(10);
    button(page, "I have kept them").click();
  }

  @AfterAll
  static void stop() throws IOException {
    alice.close();
    browser.close();
    home.close();
  }

  @Test
  void held_request_appears_by_itself_and_a_touch_approves_it() throws IOException {
    go("inbox");
    String id = home.request("by-passkey", "deploy the site").get("approval").asString();
    Locator card = card("by-passkey");
    assertThat(card).isVisible();
    assertThat(card.locator("blockquote")).containsText("deploy the site");
    ConsoleBrowser.screenshot(page, "real-inbox");

    card.getByText("Approve with passkey").click();

    assertThat(page.getByText("Your yes is in the ledger.").first()).isVisible();
    assertThat(home.request("by-passkey", "deploy the site").has("token")).isTrue();
    assertThat(id).startsWith("apr_");
  }

  @Test
  void six_digits_approve_and_the_same_six_do_not_again() throws IOException {
    go("inbox");
    home.request("by-totp", "first");
    String code = app.fresh();
    card("by-totp").getByLabel("Code").pressSequentially(code);
    assertThat(
            card("by-totp").locator(".tag.hot", new Locator.LocatorOptions().setHasText("pending")))
        .hasCount(0);
    assertThat(home.request("by-totp", "first").has("token")).isTrue();

    home.request("by-totp", "second");
    Locator second = pendingCard("by-totp");
    second.getByLabel("Code").pressSequentially(code);

    assertThat(second.getByRole(AriaRole.ALERT)).isVisible();
    assertThat(home.request("by-totp", "second").has("token")).isFalse();
    second.getByText("Deny").click();
  }

  /// docs/approvals.md, "In the console": counted from the first page after signing in.
  @Test
  void enrolling_an_app_and_approving_takes_no_more_than_six_clicks() throws IOException {
    String invitation =
        (String)
            page.evaluate(
                "fetch('/v1/people', {method: 'POST', headers: {'content-type':"
                    + " 'application/json', 'x-keymantle-csrf':"
                    + " sessionStorage.getItem('keymantle-csrf')}, body: JSON.stringify({name:"
                    + " 'bob', role: 'approver'})}).then(r => r.json()).then(made => made.setup)");
    try (BrowserContext bob = browser.person()) {
      Page his = bob.newPage();
      his.navigate(home.url() + "/#/setup/" + invitation);
      his.getByLabel("New password").fill(PASSWORD);
      his.getByLabel("The same again").fill(PASSWORD);
      button(his, "Set up").click();
      assertThat(his.locator("km-me")).isVisible();
      his.navigate(home.url() + "/#/inbox");
      home.request("by-totp", "held for bob");
      List<String> clicks = new ArrayList<>();

      click(clicks, his.locator("nav a[href='#/me']"));
      click(clicks, button(his, "Set up codes"));
      his.getByText("Cannot scan?").click(); // What a camera does.
      Authenticator phone = new Authenticator(his.locator("details code").textContent());
      his.locator("input[name=code]").fill(phone.fresh());
      click(clicks, button(his, "Confirm"));
      click(clicks, button(his, "I have kept them"));
      click(clicks, his.locator("nav a[href='#/inbox']"));
      his.locator("article.ask:not(.done)", new Page.LocatorOptions().setHasText("held for bob"))
          .getByLabel("Code")
          .pressSequentially(phone.fresh());

      assertThat(his.getByText("Your yes is in the ledger.").first()).isVisible();
      assertThat(home.request("by-totp", "held for bob").has("token")).isTrue();
      Path record = Path.of("target", "journey-approvals.txt");
      Files.writeString(record, clicks.size() + " clicks: " + clicks + "\n");
      assertThat(clicks).hasSizeLessThanOrEqualTo(6);
    }
  }

  private static void click(List<String> clicks, Locator where) {
    clicks.add(where.textContent().strip().replaceAll("\\s+", " "));
    where.click();
  }

  @Test
  void passkey_alone_signs_in() {
    button(page, "Sign out").click();
    button(page, "With a passkey").click();
    assertThat(page.locator("header.bar")).containsText("alice");
  }

  @Test
  void ledger_is_verified_in_the_browser_and_one_changed_entry_shows() {
    go("ledger");
    button(page, "Verify").click();
    assertThat(page.locator(".verdict.good")).containsText("Verified in this browser");
    ConsoleBrowser.screenshot(page, "real-ledger");

    page.route("**/v1/ledger/export**", ConsoleE2E::tampered);
    button(page, "Verify").click();
    assertThat(page.locator(".verdict.bad")).containsText("do not give the signed root");
    page.unroute("**/v1/ledger/export**");

    page.route("**/v1/ledger/checkpoint", ConsoleE2E::forged);
    button(page, "Verify").click();
    assertThat(page.locator(".verdict.bad")).containsText("not by the log’s key");
    page.unroute("**/v1/ledger/checkpoint");
  }

  @Test
  void no_page_has_a_value_in_it() {
    for (String name :
        List.of("inbox", "credentials", "agents", "grants", "ledger", "people", "me", "settings")) {
      go(name);
      assertThat(page.locator("h1")).isVisible();
      assertThat(ConsoleBrowser.violations(page)).as(name).isEmpty();
    }
    assertThat(bodies).as("positive control").anyMatch(body -> body.contains("by-passkey"));
    assertThat(bodies).noneMatch(body -> body.contains(ConsoleHome.VALUE));
    assertThat(bodies).noneMatch(body -> body.contains("kms_"));
  }

  @Test
  void cookie_alone_and_second_half_alone_open_nothing() throws IOException {
    Cookie cookie = cookie();
    String half = (String) page.evaluate("sessionStorage.getItem('keymantle-csrf')");
    String host = URI.create(home.url()).getAuthority();

    assertThat(cookie.httpOnly && cookie.secure).isTrue();
    assertThat(page.evaluate("document.cookie")).isEqualTo("");
    for (Map<String, String> headers :
        List.of(
            Map.of("Host", host, "Cookie", cookie.name + "=" + cookie.value),
            Map.of("Host", host, "x-keymantle-csrf", half))) {
      assertThat(home.console("GET", "/v1/credentials", headers).status()).isEqualTo(401);
    }
    Map<String, String> both =
        Map.of("Host", host, "Cookie", cookie.name + "=" + cookie.value, "x-keymantle-csrf", half);
    assertThat(home.console("GET", "/v1/credentials", both).status()).isEqualTo(200);
  }

  @Test
  void name_of_another_server_is_refused() throws IOException {
    String port = ":" + URI.create(home.url()).getPort();

    assertThat(home.console("GET", "/", Map.of("Host", "evil.example" + port)).status())
        .isEqualTo(403);
  }

  @Test
  void page_of_another_port_of_localhost_can_do_nothing() throws IOException {
    HttpServer evil =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    List<String> cookies = Collections.synchronizedList(new ArrayList<>());
    evil.createContext(
        "/",
        exchange -> {
          cookies.add(String.valueOf(exchange.getRequestHeaders().getFirst("Cookie")));
          byte[] body =
              ("<iframe src='" + home.url() + "/'></iframe>").getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange
              .getResponseHeaders()
              .add("Set-Cookie", "__Host-keymantle=kms_planted; Path=/; Secure");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    evil.start();
    Cookie own = cookie();
    Page attacker = alice.newPage();
    try {
      attacker.navigate("http://localhost:" + evil.getAddress().getPort() + "/");

      // Why the cookie is half a session only.
      assertThat(cookies.getFirst()).contains("__Host-keymantle=kms_");
      assertThat(cookie().value).isEqualTo("kms_planted");
      assertThat(attacker.frames()).anyMatch(frame -> frame.url().startsWith("chrome-error"));
      String posted =
          (String)
              attacker.evaluate(
                  "url => fetch(url + '/v1/grants?all=true', {method: 'DELETE', credentials:"
                      + " 'include'}).then(r => 'status ' + r.status, e => 'refused')",
                  home.url());
      String simple =
          (String)
              attacker.evaluate(
                  "url => fetch(url + '/v1/agents', {method: 'POST', mode: 'no-cors', credentials:"
                      + " 'include', body: '{}'}).then(r => r.type + r.status, e => 'refused')",
                  home.url());
      assertThat(posted).isEqualTo("refused");
      assertThat(simple).isIn("refused", "opaque0");
      // Session fixation: the planted cookie fits no second half, and alice has to sign in again.
      go("credentials");
      assertThat(button(page, "With a passkey")).isVisible();
    } finally {
      attacker.close();
      evil.stop(0);
      alice.addCookies(List.of(own));
    }
    button(page, "With a passkey").click();
    assertThat(page.locator("header.bar")).containsText("alice");
  }

  private static Cookie cookie() {
    return alice.cookies(home.url()).stream()
        .filter(each -> each.name.equals("__Host-keymantle"))
        .findFirst()
        .orElseThrow();
  }

  private static void keep(Response response) {
    if (response.url().contains("/v1/events") || response.status() == 304) {
      return;
    }
    try {
      bodies.add(response.text());
    } catch (RuntimeException gone) {
      // The page had moved on before its body was read.
    }
  }

  private static void tampered(Route route) {
    String text = route.fetch().text();
    route.fulfill(
        new Route.FulfillOptions()
            .setContentType("application/x-ndjson")
            .setBody(text.replaceFirst("person:owner", "person:0wner")));
  }

  private static void forged(Route route) {
    String text = route.fetch().text();
    route.fulfill(
        new Route.FulfillOptions()
            .setContentType("application/json")
            .setBody(text.replaceFirst("(\"note\":\"[^\\\\]+\\\\n)(\\d)", "$19$2")));
  }

  private static void go(String name) {
    page.evaluate("name => { location.hash = '#/' + name }", name);
  }

  private static Locator card(String credential) {
    return page.locator("article.ask", new Page.LocatorOptions().setHasText(credential)).first();
  }

  private static Locator pendingCard(String credential) {
    return page.locator("article.ask:not(.done)", new Page.LocatorOptions().setHasText(credential))
        .first();
  }

  private static Locator button(Page on, String name) {
    return on.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }
}
