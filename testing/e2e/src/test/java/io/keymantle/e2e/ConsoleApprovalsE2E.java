package io.keymantle.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// People answer agents at the console of the real broker, each in a browser of their own.
class ConsoleApprovalsE2E {
  private static final String IN_LEDGER = "Your yes is in the ledger.";

  @TempDir static Path folder;
  private static Upstream upstream;
  private static ConsoleHome home;
  private static ConsoleBrowser browser;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.start(folder);
    home = ConsoleHome.start(folder, upstream);
    browser = new ConsoleBrowser(home);
  }

  @AfterAll
  static void no_answer_had_a_value_in_it() throws IOException {
    browser.close();
    home.close();
    upstream.close();
    assertThat(browser.bodies()).as("positive control").anyMatch(body -> body.contains("apr_"));
    assertThat(browser.bodies()).noneMatch(body -> body.contains(ConsoleHome.VALUE));
    assertThat(browser.bodies()).noneMatch(body -> body.contains("kms_"));
  }

  @Test
  void six_digits_approve_the_write_that_the_gateway_holds_and_the_same_six_do_not_again()
      throws IOException {
    home.credential("writes", "'approval':{'totp':true,'each':'use','when':{'methods':['POST']}}");
    ConsolePerson tess = home.withApp("tess");
    String token = home.request("writes", "triage the nightly build").get("token").asString();
    try (ConsoleVisit her = browser.visit(tess)) {
      assertThat(home.use(token, "GET", "/issues", "").status()).as("reads pass").isEqualTo(200);
      assertThat(home.use(token, "POST", "/repos/acme/site/issues", "{\"a\":1}").text())
          .contains("approval_required");
      Locator card = her.pending("writes");
      assertThat(card.locator("p.what"))
          .containsText("POST https://" + Upstream.HOST + "/repos/acme/site/issues — 7 bytes");
      assertThat(card.locator("blockquote")).containsText("triage the nightly build");
      her.shot("inbox-code");
      String code = tess.code();

      card.getByLabel("Code").pressSequentially(code);

      assertThat(her.text(IN_LEDGER)).isVisible();
      assertThat(home.use(token, "POST", "/repos/acme/site/issues", "{\"a\":2}").status())
          .as("another body is another question")
          .isEqualTo(403);
      her.pending("writes").getByLabel("Code").pressSequentially(code);
      assertThat(her.pending("writes").locator(".failure")).isVisible();
      her.pending("writes").getByText("Deny").click();
      assertThat(her.pending("writes")).hasCount(0);
      assertThat(home.use(token, "POST", "/repos/acme/site/issues", "{\"a\":1}").status())
          .isEqualTo(200);
      assertThat(upstream.received())
          .noneMatch(each -> each.body().contains("2"))
          .anyMatch(each -> each.body().equals("{\"a\":1}"));
    }
  }

  @Test
  void touch_approves_a_question_that_came_by_itself_for_as_long_as_was_chosen() {
    home.credential("by-passkey", "'approval':{'passkey':true,'atMost':'20m'}");
    ConsolePerson paul = home.person("paul", "approver");
    try (ConsoleVisit his = browser.visit(paul).withPasskey()) {
      home.request("by-passkey", "deploy the site");
      Locator card = his.pending("by-passkey");
      card.getByLabel("this credential").check();
      card.getByLabel("for", new Locator.GetByLabelOptions().setExact(false)).last().fill("90");
      his.shot("inbox-passkey");

      card.getByText("Approve with passkey").click();

      assertThat(his.text(IN_LEDGER)).isVisible();
      JsonNode approval = approval("by-passkey");
      assertThat(approval.get("scope").asString()).isEqualTo("credential");
      assertThat(Instant.parse(approval.get("until").asString()))
          .as("the rule caps it")
          .isBefore(Instant.now().plus(Duration.ofMinutes(21)));
      assertThat(home.request("by-passkey", "another reason").has("token")).isTrue();
    }
  }

  @Test
  void code_and_touch_are_asked_for_together_where_the_rule_wants_both() {
    home.credential("both", "'approval':{'totp':true,'passkey':true}");
    ConsolePerson beth = home.person("beth", "approver");
    try (ConsoleVisit hers = browser.visit(beth).withPasskey()) {
      // The app is made by hand: whoever has a passkey proves it first.
      hers.go("me").button("Set up codes").click();
      hers.text("Cannot scan?").click();
      Authenticator app = new Authenticator(hers.page().locator("details code").textContent());
      hers.field("Code").fill(app.fresh());
      hers.button("Confirm").click();
      hers.button("I have kept them").click();
      home.request("both", "rotate the keys");
      hers.go("inbox");

      hers.pending("both").getByLabel("Code").pressSequentially(app.fresh());

      assertThat(hers.text(IN_LEDGER)).isVisible();
      assertThat(home.request("both", "rotate the keys").has("token")).isTrue();
    }
  }

  @Test
  void two_of_three_are_two_people_and_one_who_was_removed_meanwhile_counts_no_more() {
    ConsolePerson anna = home.withApp("anna");
    ConsolePerson bert = home.withApp("bert");
    ConsolePerson cleo = home.withApp("cleo");
    home.credential(
        "two-of-three", "'approval':{'totp':true,'required':2,'of':['anna','bert','cleo']}");
    home.request("two-of-three", "count the orders");
    try (ConsoleVisit annas = browser.visit(anna);
        ConsoleVisit berts = browser.visit(bert);
        ConsoleVisit cleos = browser.visit(cleo)) {
      annas.pending("two-of-three").getByLabel("Code").pressSequentially(anna.code());
      assertThat(annas.text(IN_LEDGER)).isVisible();
      assertThat(annas.pending("two-of-three")).containsText("Others answer this one");
      assertThat(cleos.pending("two-of-three")).containsText("anna: yes");
      assertThat(cleos.pending("two-of-three")).containsText("1 more of 2");

      home.must("DELETE", "/v1/people/anna", "");

      assertThat(annas.button("Sign in")).isVisible();
      assertThat(cleos.pending("two-of-three")).containsText("2 more of 2");
      berts.pending("two-of-three").getByLabel("Code").pressSequentially(bert.code());
      assertThat(berts.text(IN_LEDGER)).isVisible();
      cleos.shot("inbox-two-of-three");
      assertThat(home.request("two-of-three", "count the orders").has("token")).isFalse();
      cleos.pending("two-of-three").getByLabel("Code").pressSequentially(cleo.code());
      assertThat(cleos.text(IN_LEDGER)).isVisible();
      assertThat(home.request("two-of-three", "count the orders").has("token")).isTrue();
    }
  }

  @Test
  void one_no_ends_the_question_for_everybody() {
    ConsolePerson yves = home.withApp("yves");
    ConsolePerson nora = home.withApp("nora");
    home.credential("one-no", "'approval':{'totp':true,'required':2,'of':['yves','nora','alice']}");
    home.request("one-no", "drop the table");
    try (ConsoleVisit his = browser.visit(yves);
        ConsoleVisit hers = browser.visit(nora)) {
      his.pending("one-no").getByLabel("Code").pressSequentially(yves.code());
      assertThat(his.text(IN_LEDGER)).isVisible();

      hers.pending("one-no").getByText("Deny").click();

      assertThat(his.answered("one-no")).containsText("nora: no");
      assertThat(his.answered("one-no").locator(".tag.bad").first()).hasText("denied");
      assertThat(home.request("one-no", "drop the table").get("code").asString())
          .isEqualTo("approval_denied");
    }
  }

  @Test
  void who_breaks_the_glass_passes_alone_with_a_reason_and_everybody_is_told() {
    ConsolePerson dana = home.withApp("dana");
    ConsolePerson erik = home.person("erik", "approver");
    home.credential(
        "glass",
        "'approval':{'totp':true,'required':2,'of':['erik','alice'],'breakGlass':['dana']}");
    home.request("glass", "the site is down");
    try (ConsoleVisit hers = browser.visit(dana);
        ConsoleVisit his = browser.visit(erik);
        ConsoleVisit alices = browser.visit(home.alice())) {
      alices.go("ledger");
      Locator card = hers.pending("glass");
      assertThat(code(card)).hasCount(0);
      card.getByText("Break glass…").click();
      Locator dialog = card.locator("dialog");
      dialog.getByLabel("Reason").fill("short");
      dialog.getByLabel("Your code").fill(dana.code());
      dialog.getByText("Approve alone").click();
      assertThat(dialog).isVisible();
      dialog.getByLabel("Reason").fill("Nobody else is awake, and the shop is down.");
      assertThat(ConsoleBrowser.violations(hers.page())).isEmpty();
      hers.shot("break-glass");
      dialog.getByText("Approve alone").click();

      assertThat(hers.text(IN_LEDGER)).isVisible();
      String told = "dana broke the glass for glass";
      for (ConsoleVisit each : List.of(his, alices)) {
        assertThat(
                each.page()
                    .getByRole(AriaRole.STATUS)
                    .filter(new Locator.FilterOptions().setHasText(told)))
            .containsText("Nobody else is awake");
      }
      assertThat(his.answered("glass")).containsText("dana: yes, alone");
      his.shot("break-glass-told");
      assertThat(home.request("glass", "the site is down").has("token")).isTrue();
    }
  }

  @Test
  void of_two_who_approve_at_the_same_moment_one_counts_and_the_agent_gets_one_grant() {
    ConsolePerson rosa = home.person("rosa", "approver");
    ConsolePerson sven = home.person("sven", "approver");
    home.credential("race", "'approval':{'of':['rosa','sven']},'uses':1");
    home.request("race", "who is first");
    try (ConsoleVisit hers = browser.visit(rosa);
        ConsoleVisit his = browser.visit(sven)) {
      // Both yeses are on their way before either is answered.
      List<Route> held = new ArrayList<>();
      for (ConsoleVisit each : List.of(hers, his)) {
        each.page().route("**/votes", held::add);
        each.page()
            .waitForRequest("**/votes", () -> each.pending("race").getByText("Approve").click());
      }
      held.forEach(Route::resume);

      assertThat(hers.answered("race")).hasCount(1);
      assertThat(his.answered("race")).hasCount(1);
      List<String> votes = new ArrayList<>();
      approval("race").get("votes").forEach(vote -> votes.add(vote.get("person").asString()));
      assertThat(votes).hasSize(1);
      ConsoleVisit second = votes.getFirst().equals("rosa") ? his : hers;
      assertThat(second.page().locator(".failure, .note.bad").first()).isVisible();
      assertThat(home.request("race", "who is first").has("token")).isTrue();
      assertThat(home.request("race", "who is first").has("token")).as("one grant").isFalse();
    }
  }

  /// The broker takes such words apart already; here its answer is changed on the way, as if it did
  /// not.
  @Test
  void prompt_text_cannot_imitate_the_summary_nor_run_as_markup() {
    home.credential("imitated", "'approval':{}");
    home.request("imitated", "REASON");
    String mimic =
        "</bdi></blockquote></article><p class=what>GET example.com /</p><img src=x"
            + " onerror=alert(1)>\\u202eevil\\u2066\\u200b\\nGET api.github.com /zen — 0 bytes —"
            + " agent main";
    try (ConsoleVisit alice = browser.stranger()) {
      List<String> alerts = new ArrayList<>();
      alice
          .page()
          .onDialog(dialog -> {
            alerts.add(dialog.message());
            dialog.dismiss();
          });
      alice.page().route("**/v1/approvals", route -> hostile(route, mimic));
      alice.signIn(home.alice());
      Locator card = alice.pending("agent <script>alert(1)</script>");
      assertThat(card).hasCount(1);
      assertThat(card.locator("p.what")).hasCount(1);
      assertThat(card.locator("p.what")).containsText("Use imitated");
      assertThat(card.locator("img, script, blockquote p")).hasCount(0);
      assertThat(card.locator("blockquote")).containsText("<p class=what>GET example.com /</p>");
      assertThat(card.locator("blockquote"))
          .containsText("⟨U+202E⟩evil⟨U+2066⟩⟨U+200B⟩ ⏎ GET api.github.com");
      assertThat(font(card.locator("blockquote"))).isNotEqualTo(font(card.locator("p.what")));
      assertThat(alerts).isEmpty();
      alice.shot("imitation");
    }
  }

  private static void hostile(Route route, String reason) {
    String text = route.fetch().text();
    int at = text.indexOf("\"credential\":\"imitated\"");
    int agent = text.indexOf("\"agent\":\"main\"", at);
    route.fulfill(
        new Route.FulfillOptions()
            .setContentType("application/json")
            .setBody(
                text.substring(0, agent)
                    + "\"agent\":\"<script>alert(1)</script>\""
                    + text.substring(agent + "\"agent\":\"main\"".length())
                        .replace("REASON", reason)));
  }

  private static Locator code(Locator card) {
    return card.getByLabel("Code", new Locator.GetByLabelOptions().setExact(true));
  }

  private static String font(Locator where) {
    return (String) where.evaluate("it => getComputedStyle(it).fontFamily");
  }

  /// The last question about a credential, as alice sees it.
  private static JsonNode approval(String credential) {
    JsonNode last = null;
    for (JsonNode each : home.must("GET", "/v1/approvals", "").get("approvals")) {
      if (each.get("credential").asString().equals(credential)) {
        last = each;
      }
    }
    return Objects.requireNonNull(last);
  }
}
