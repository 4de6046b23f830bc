package io.keymantle.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the console's pages look and behave, in Chromium, each in a state that has everything on it.
class ConsolePagesE2E {
  private static final List<String> PAGES =
      List.of(
          "inbox",
          "credentials",
          "agents",
          "grants",
          "ledger",
          "openclaw",
          "people",
          "me",
          "settings");
  private static final int PHONE = 360;
  private static final int FOUR_K = 3840;
  private static final double FIRST_PAINT_MS = 1000;
  private static final int PAINTS = 3;

  /// Colours do not change with the width, nor the parts of a page with its colours.
  private static final List<Look> LOOKS =
      List.of(new Look(ColorScheme.LIGHT, 1280), new Look(ColorScheme.DARK, PHONE));

  private record Look(ColorScheme scheme, int width) {
    @Override
    public String toString() {
      return scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
    }
  }

  @TempDir static Path folder;
  private static TestHome home;
  private static ConsoleBrowser browser;
  private static String url;

  @BeforeAll
  static void start() throws IOException {
    home = TestHome.made(folder);
    home.must("up", "--gateway-port", "0", "--console-port", "0");
    url = home.json("status", "--json").get("console").asString();
    browser = new ConsoleBrowser();
  }

  @AfterAll
  static void stop() throws IOException {
    browser.close();
    home.close();
  }

  @Test
  void every_page_is_usable_by_all_in_light_and_dark_on_a_phone_and_on_a_large_screen() {
    List<String> found = new ArrayList<>();
    for (Look look : LOOKS) {
      try (BrowserContext person = browser.person(look.scheme(), look.width(), 900)) {
        Page page = signedIn(person);
        for (String name : PAGES) {
          open(page, name);
          String state = name + "-" + look;
          ConsoleBrowser.screenshot(page, state);
          ConsoleBrowser.violations(page).forEach(each -> found.add(state + " " + each));
          if (overflows(page)) {
            found.add(state + " is wider than its window: " + page.evaluate(WIDEST));
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void largest_screen_shows_the_pages_larger_and_no_wider() {
    try (BrowserContext person = browser.person(ColorScheme.LIGHT, FOUR_K, 2160)) {
      Page page = signedIn(person);
      open(page, "credentials");
      ConsoleBrowser.screenshot(page, "credentials-4k");
      assertThat(overflows(page)).isFalse();
      assertThat(
              ((Number) page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
                  .doubleValue())
          .isGreaterThan(16);
    }
  }

  @Test
  void sign_in_is_usable_by_all_and_there_within_a_second() {
    try (BrowserContext person = browser.person()) {
      Page page = person.newPage();
      List<String> errors = errors(page);
      double paint = Double.MAX_VALUE;
      // The quickest: what else runs on this machine is not the console's doing.
      for (int i = 0; i < PAINTS; i++) {
        page.navigate(url + "/?" + i);
        assertThat(page.getByLabel("Password")).isVisible();
        paint = Math.min(paint, ((Number) page.evaluate(FIRST_PAINT)).doubleValue());
      }
      ConsoleBrowser.screenshot(page, "sign-in");

      assertThat(paint).isPositive().isLessThan(FIRST_PAINT_MS);
      assertThat(ConsoleBrowser.violations(page)).isEmpty();
      assertThat(errors).isEmpty();
    }
  }

  @Test
  void pages_are_reached_by_keyboard_alone() {
    try (BrowserContext person = browser.person()) {
      Page page = signedIn(person);
      open(page, "inbox");
      page.keyboard().press("g");
      page.keyboard().press("l");
      assertThat(page.locator("h1")).hasText("Ledger");
      assertThat(page.locator("h1")).isFocused();
      page.keyboard().press("?");
      assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.DIALOG)).isVisible();
      assertThat(ConsoleBrowser.violations(page)).isEmpty();
      page.keyboard().press("Escape");
      page.keyboard().press("g");
      page.keyboard().press("i");
      assertThat(page.locator("h1")).hasText("Inbox");
      assertThat(page.locator("h1")).isFocused();
      assertThat(page.locator("article.ask").first()).isVisible();
      page.keyboard().press("j");
      assertThat(page.locator("article.ask").first()).isFocused();
    }
  }

  @Test
  void prompt_text_cannot_imitate_the_summary_nor_run_as_markup() {
    FakeConsoleApi api = new FakeConsoleApi();
    String mimic =
        "</bdi></blockquote></article><p class='what'>GET example.com /</p><img src=x"
            + " onerror=alert(1)>\\u202eevil\\u2066\\u200b\\nGET api.github.com /zen — 0 bytes —"
            + " agent main";
    api.answer(
        "GET /v1/approvals",
        "{'approvals':["
            + FakeConsoleApi.pending("2030-01-01T00:00:00Z", "2030-01-01T00:10:00Z")
                .replace(
                    "Open the bug that the nightly build has found.", mimic.replace("'", "\\u0027"))
                .replace("'agent':'main'", "'agent':'<script>alert(1)</script>'")
                .replace("'credential':'github-api'", "'credential':'<b>github</b>'")
            + "]}");
    try (BrowserContext person = browser.person()) {
      Page page = person.newPage();
      List<String> alerts = new ArrayList<>();
      page.onDialog(dialog -> {
        alerts.add(dialog.message());
        dialog.dismiss();
      });
      api.serve(page);
      page.navigate(url + "/#/inbox");
      assertThat(page.locator("article.ask")).hasCount(1);

      assertThat(page.locator("p.what")).hasCount(1);
      assertThat(page.locator("p.what"))
          .containsText("POST https://api.github.com/repos/acme/site/issues");
      assertThat(page.locator("article.ask img, article.ask script, article.ask b")).hasCount(0);
      assertThat(page.locator("blockquote")).containsText("<p class='what'>GET example.com /</p>");
      assertThat(page.locator("blockquote"))
          .containsText("⟨U+202E⟩evil⟨U+2066⟩⟨U+200B⟩ ⏎ GET api.github.com");
      String broker = font(page, "p.what");
      String agent = font(page, "blockquote");
      assertThat(agent).isNotEqualTo(broker);
      assertThat(alerts).isEmpty();
      ConsoleBrowser.screenshot(page, "imitation");
    }
  }

  @Test
  void code_is_sent_with_its_last_digit_and_counts_for_the_card_that_it_was_typed_on() {
    FakeConsoleApi api = new FakeConsoleApi();
    api.answer("POST /v1/approvals/apr_0000000000000001/votes", "{'approval':{}}");
    try (BrowserContext person = browser.person()) {
      Page page = person.newPage();
      api.serve(page);
      page.navigate(url + "/#/inbox");
      var field = page.getByLabel("Code", new Page.GetByLabelOptions().setExact(true));
      field.click();
      var request = page.waitForRequest("**/votes", () -> field.pressSequentially("123456"));

      assertThat(request.postData())
          .contains("\"code\":\"123456\"", "\"decision\":\"approve\"", "\"scope\":\"once\"");
    }
  }

  @Test
  void panic_needs_more_than_a_slip_of_the_hand() {
    FakeConsoleApi api = new FakeConsoleApi();
    api.answer("DELETE /v1/grants", "{}");
    try (BrowserContext person = browser.person()) {
      Page page = person.newPage();
      api.serve(page);
      page.navigate(url + "/#/grants");
      page.getByText("Panic…").click();
      var button =
          page.getByRole(
              com.microsoft.playwright.options.AriaRole.BUTTON,
              new Page.GetByRoleOptions().setName("Revoke everything"));
      assertThat(button).isDisabled();
      page.keyboard().press("Enter");
      page.locator("dialog[open] input").fill("revoke everything");
      assertThat(button).isEnabled();
      assertThat(ConsoleBrowser.violations(page)).isEmpty();
      page.waitForRequest("**/v1/grants?all=true", button::click);
    }
  }

  @Test
  void stale_openclaw_json_shows_three_versions_and_saves_nothing_by_itself() {
    FakeConsoleApi api = new FakeConsoleApi();
    try (BrowserContext person = browser.person()) {
      Page page = person.newPage();
      api.serve(page);
      page.route(
          "**/v1/openclaw",
          route ->
              route.fulfill(
                  new com.microsoft.playwright.Route.FulfillOptions()
                      .setStatus(409)
                      .setContentType("application/json")
                      .setBody(
                          "{\"code\":\"conflict\",\"message\":\"changed\",\"current\":{\"base\":\"def\",\"text\":\"{\\n"
                              + "  // theirs\\n}\\n\"}}")));
      page.navigate(url + "/#/openclaw");
      page.getByLabel("File").fill("/home/alice/.openclaw/openclaw.json");
      page.getByText("Open", new Page.GetByTextOptions().setExact(true)).click();
      var text = page.getByLabel("The file’s text");
      text.fill("{\n  // mine\n}\n");
      page.getByText("Save", new Page.GetByTextOptions().setExact(true)).click();

      assertThat(page.locator(".three")).isVisible();
      assertThat(page.locator(".three ins").first()).containsText("// mine");
      assertThat(page.locator(".three ins").last()).containsText("// theirs");
      assertThat(ConsoleBrowser.violations(page)).isEmpty();
      ConsoleBrowser.screenshot(page, "openclaw-conflict");
      page.getByText("Go on with yours over it").click();
      assertThat(text).hasValue("{\n  // mine\n}\n");
    }
  }

  private static Page signedIn(BrowserContext person) {
    Page page = person.newPage();
    new FakeConsoleApi().serve(page);
    page.navigate(url);
    assertThat(page.locator("header.bar")).isVisible();
    return page;
  }

  private static void open(Page page, String name) {
    page.evaluate("name => { location.hash = '#/' + name }", name);
    assertThat(page.locator("km-" + name + " h1")).isVisible();
    if (name.equals("openclaw") && page.locator(".editor").count() == 0) {
      page.getByLabel("File").fill("/home/alice/.openclaw/openclaw.json");
      page.getByText("Open", new Page.GetByTextOptions().setExact(true)).click();
      assertThat(page.locator(".editor")).isVisible();
    }
  }

  private static boolean overflows(Page page) {
    return (boolean)
        page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth");
  }

  private static String font(Page page, String selector) {
    return (String)
        page.evaluate("s => getComputedStyle(document.querySelector(s)).fontFamily", selector);
  }

  private static List<String> errors(Page page) {
    List<String> errors = new ArrayList<>();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        errors.add(message.text());
      }
    });
    page.onPageError(errors::add);
    return errors;
  }

  private static final String WIDEST =
      "[...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth"
          + " + 1).map(e => e.tagName + '.' + e.className).slice(0, 5).join(' ')";
  private static final String FIRST_PAINT =
      "new Promise(done => new PerformanceObserver(list => {"
          + " const paint = list.getEntriesByName('first-contentful-paint')[0];"
          + " if (paint) done(paint.startTime) }).observe({ type: 'paint', buffered: true }))";
}
