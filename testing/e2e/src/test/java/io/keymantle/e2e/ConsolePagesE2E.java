package io.keymantle.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What alice, an owner, sees and does at the console of the real broker, page by page.
@Tag("slow")
class ConsolePagesE2E {
  @TempDir static Path folder;
  private static Upstream upstream;
  private static ConsoleHome home;
  private static ConsoleBrowser browser;
  private static ConsoleVisit alice;
  private static Page page;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.start(folder);
    home = ConsoleHome.start(folder, upstream);
    browser = new ConsoleBrowser(home);
    alice = browser.visit(home.alice()).sure();
    page = alice.page();
  }

  @AfterAll
  static void no_answer_had_a_value_in_it() throws IOException {
    browser.close();
    home.close();
    upstream.close();
    assertThat(browser.bodies()).as("positive control").anyMatch(body -> body.contains("reads"));
    assertThat(browser.bodies()).noneMatch(body -> body.contains(ConsoleHome.VALUE));
    assertThat(browser.bodies()).noneMatch(body -> body.contains("kms_"));
  }

  @Test
  void credential_shows_its_rules_its_places_and_when_who_used_it() throws IOException {
    alice.go("credentials");
    home.credential(
        "reads",
        "'expiresAfter':'2h','approval':{'passkey':true,'required':2,'of':['alice','bob'],'each':'use','when':{'methods':['POST']}}");
    String token = home.request("reads", "look").get("token").asString();
    assertThat(home.use(token, "GET", "/ok", "").status()).isEqualTo(200);
    assertThat(home.use("nonsense", "GET", "/not", "").status()).isNotEqualTo(500);
    home.must("DELETE", "/v1/grants?credential=reads", "");
    assertThat(home.use(token, "GET", "/late", "").status()).isNotEqualTo(200);

    Locator card = page.locator("article", new Page.LocatorOptions().setHasText("reads"));
    assertThat(card).containsText("2 of 2 by passkey for POST");
    assertThat(card).containsText("https://" + Upstream.HOST);
    assertThat(card).containsText("2h");
    assertThat(card.locator("svg"))
        .hasAttribute("aria-label", "reads: 1 use and 1 refusal in 24 hours");
    assertThat(card.locator(".users")).hasText("main");
    alice.shot("credentials");
    page.getByLabel("Find").fill("no such");
    assertThat(card).hasCount(0);
    page.getByLabel("Find").fill("");
  }

  @Test
  void agent_is_added_its_token_shown_once_and_revoked() {
    alice.go("agents");
    alice.field("Name").fill("nightly");
    page.getByLabel("May reach").selectOption("deny");
    alice.button("Add").click();
    assertThat(page.locator(".once code")).containsText("kma_");
    alice.shot("agents-once");
    alice.go("grants").go("agents");
    assertThat(page.locator(".once")).hasCount(0);

    alice.button("Revoke nightly").click();

    assertThat(alice.row("nightly")).containsText("revoked");
    assertThat(alice.button("Revoke nightly")).hasCount(0);
  }

  @Test
  void revoke_button_ends_one_grant_and_the_panic_button_all_with_what_is_still_asked()
      throws IOException {
    home.credential("asked", "'approval':{}");
    home.credential("first", "");
    home.credential("second", "");
    String first = home.request("first", "work").get("token").asString();
    String second = home.request("second", "more work").get("token").asString();
    home.request("asked", "may I?");
    alice.go("grants");
    alice.shot("grants");

    alice.button("Revoke first of main").click();

    assertThat(alice.row("first")).hasCount(0);
    assertThat(home.use(first, "GET", "/", "").status()).isNotEqualTo(200);
    assertThat(home.use(second, "GET", "/", "").status()).isEqualTo(200);

    alice.button("Panic…").click();
    Locator all = alice.button("Revoke everything");
    assertThat(all).isDisabled();
    page.keyboard().press("Enter");
    page.locator("dialog[open] input").fill("revoke everything");
    assertThat(ConsoleBrowser.violations(page)).isEmpty();
    alice.shot("panic");
    all.click();

    assertThat(alice.text("No live grants")).isVisible();
    assertThat(home.use(second, "GET", "/", "").status()).isNotEqualTo(200);
    alice.go("inbox");
    assertThat(alice.pending("asked")).hasCount(0);
    assertThat(alice.answered("asked")).containsText("cancelled");
    alice.go("grants");
    page.getByLabel("ended ones too").check();
    assertThat(alice.row("second")).containsText("revoked");
    page.getByLabel("ended ones too").uncheck();
  }

  @Test
  void ledger_grows_before_ones_eyes_and_is_filtered_and_paused() {
    alice.go("ledger");
    home.agent("seen-live");
    assertThat(alice.row("seen-live").first()).isVisible();
    alice.button("Pause").click();
    home.agent("seen-later");
    home.agent("seen-later-too");
    page.getByLabel("Filter").fill("seen-l");
    assertThat(alice.row("seen-later")).hasCount(0);
    assertThat(page.locator("tbody tr").first()).containsText("seen-live");
    alice.button("Go on").click();
    assertThat(alice.row("seen-later-too").first()).isVisible();
    page.getByLabel("Filter").fill("seen-later-too agent");
    assertThat(alice.row("seen-live")).hasCount(0);
    page.getByLabel("Filter").fill("");
  }

  @Test
  void ledger_is_verified_in_the_browser_and_one_changed_entry_shows() {
    alice.go("ledger");
    alice.button("Verify").click();
    assertThat(page.locator(".verdict.good")).containsText("Verified in this browser");
    alice.shot("ledger-verified");

    page.route("**/v1/ledger/export**", ConsolePagesE2E::tampered);
    alice.button("Verify").click();
    assertThat(page.locator(".verdict.bad")).containsText("do not give the signed root");
    alice.shot("ledger-tampered");
    page.unroute("**/v1/ledger/export**");

    page.route("**/v1/ledger/checkpoint", ConsolePagesE2E::forged);
    alice.button("Verify").click();
    assertThat(page.locator(".verdict.bad")).containsText("not by the log’s key");
    page.unroute("**/v1/ledger/checkpoint");
  }

  @Test
  void person_is_invited_given_another_role_reset_and_removed() {
    alice.go("people");
    alice.field("Name").first().fill("pia");
    page.locator("select[name=role]").selectOption("auditor");
    alice.button("Make a link").click();
    String link = page.locator(".once code").textContent();
    assertThat(alice.row("pia")).containsText("invited");
    alice.shot("people-invited");
    try (ConsoleVisit pia = browser.stranger()) {
      pia.page().navigate(link);
      pia.field("New password").fill(ConsoleHome.PASSWORD);
      pia.field("The same again").fill(ConsoleHome.PASSWORD);
      pia.button("Set up").click();
      assertThat(pia.page().locator("km-me")).isVisible();
      assertThat(pia.page().locator("nav a")).hasCount(2);

      page.getByLabel("Role of pia").selectOption("approver");
      assertThat(alice.text("pia is approver now")).isVisible();
      assertThat(pia.button("Sign in")).isVisible();
      pia.signInByPassword("pia");
      assertThat(pia.page().locator("nav a[href='#/inbox']")).isVisible();

      alice.button("Reset pia").click();
      assertThat(page.locator(".once code")).not().hasText(link);
      assertThat(pia.button("Sign in")).isVisible();
      pia.page().navigate(page.locator(".once code").textContent());
      pia.field("New password").fill(ConsoleHome.PASSWORD);
      pia.field("The same again").fill(ConsoleHome.PASSWORD);
      pia.button("Set up").click();
      assertThat(pia.page().locator("km-me")).isVisible();

      alice.button("Remove pia").click();
      assertThat(alice.row("pia").getByText("disabled")).isVisible();
      assertThat(pia.button("Sign in")).isVisible();
    }
  }

  @Test
  void last_owner_stays_one_and_the_page_says_why() {
    alice.go("people");

    page.getByLabel("Role of alice").selectOption("auditor");

    assertThat(page.locator(".note.bad").last()).containsText("alice");
    assertThat(page.getByLabel("Role of alice")).hasValue("owner");
  }

  @Test
  void services_token_is_shown_once_rotated_with_an_overlap_and_revoked() throws IOException {
    alice.go("people");
    Locator tokens = page.locator("km-tokens");
    tokens.getByLabel("Name").fill("siem");
    tokens.getByLabel("Scope").fill("ledger:read");
    tokens.getByLabel("Ends after").fill("90d");
    tokens.getByText("Make", new Locator.GetByTextOptions().setExact(true)).click();
    assertThat(tokens.locator(".once code")).isVisible();
    String token = tokens.locator(".once code").textContent();
    assertThat(home.readsLedger(token)).isTrue();
    alice.shot("tokens-once");

    alice.button("Rotate siem").click();
    assertThat(tokens.locator(".once code")).not().hasText(token);
    String next = tokens.locator(".once code").textContent();
    assertThat(home.readsLedger(token)).as("within the overlap").isTrue();
    assertThat(home.readsLedger(next)).isTrue();
    alice.go("settings").go("people");
    assertThat(tokens.locator(".once")).hasCount(0);

    alice.button("Revoke siem").first().click();
    assertThat(tokens.getByText("None yet.")).isVisible();
    assertThat(home.readsLedger(token)).isFalse();
    assertThat(home.readsLedger(next)).isFalse();
  }

  @Test
  void settings_say_what_runs_and_keep_the_colours_that_were_chosen() {
    alice.go("settings");
    Locator main = page.locator("km-settings");
    assertThat(main).containsText(home.url());
    assertThat(main).containsText("same-user");
    String before = paper();

    page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName("dark")).check();

    assertThat(paper()).isNotEqualTo(before);
    page.reload();
    assertThat(main).isVisible();
    assertThat(paper()).isNotEqualTo(before);
    page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName("auto")).check();
    assertThat(paper()).isEqualTo(before);
  }

  @Test
  void auditor_sees_the_ledger_and_nothing_else() {
    ConsolePerson olga = home.person("olga", "auditor");
    try (ConsoleVisit hers = browser.visit(olga)) {
      assertThat(hers.page().locator("nav a")).hasCount(2);
      assertThat(hers.page().locator("km-ledger h1")).isVisible();
      hers.button("Verify").click();
      assertThat(hers.page().locator(".verdict.good")).isVisible();
      assertThat(hers.errors()).isEmpty();
    }
  }

  private static String paper() {
    return (String) page.evaluate("getComputedStyle(document.body).backgroundColor");
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
}
