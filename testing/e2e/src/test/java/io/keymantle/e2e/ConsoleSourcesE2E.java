package io.keymantle.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// alice looks into a source in the console, and makes a credential of what it has.
@Tag("slow")
class ConsoleSourcesE2E {
  private static final String VALUE = "hvs_consoleCanary0123456789abcdef";

  @TempDir static Path folder;
  private static UnrulyVault vault;
  private static ConsoleHome home;
  private static ConsoleBrowser browser;
  private static ConsoleVisit alice;
  private static Page page;

  @BeforeAll
  static void start() throws IOException {
    vault = UnrulyVault.start(VALUE);
    home = ConsoleHome.start(folder);
    home.credential("vault-token", "");
    home.must(
        "PUT",
        "/v1/sources/vault",
        "{\"kind\":\"vault\",\"settings\":{\"address\":\""
            + vault.address()
            + "\"},\"logins\":{\"token\":\"vault-token\"}}");
    browser = new ConsoleBrowser(home);
    alice = browser.visit(home.alice()).sure();
    page = alice.page();
    alice.go("sources");
  }

  @AfterAll
  static void no_answer_had_a_value_in_it() throws IOException {
    browser.close();
    home.close();
    vault.close();
    assertThat(browser.bodies())
        .as("positive control")
        .anyMatch(body -> body.contains("vault:secret/app"));
    assertThat(browser.bodies()).noneMatch(body -> body.contains(VALUE));
    assertThat(browser.bodies()).noneMatch(body -> body.contains(ConsoleHome.VALUE));
  }

  @Test
  void item_that_is_found_by_browsing_becomes_a_credential_whose_value_stays_there() {
    alice.button("Test vault").click();
    assertThat(page.getByText("vault is reached")).isVisible();
    alice.button("Browse vault").click();
    Locator item = page.locator(".items li");
    assertThat(item).containsText("vault:secret/app");
    alice.shot("sources");
    alice.button("Use vault:secret/app").click();
    alice.field("Value from").fill("vault:secret/app#token");
    alice.field("Name").fill("from-vault");
    alice.field("May go to").fill("https://api.example.com");
    alice.field("Agents").fill("main");

    alice.button("Add credential").click();

    assertThat(page.getByText("from-vault is a credential now")).isVisible();
    alice.go("credentials");
    Locator card = page.locator("article", new Page.LocatorOptions().setHasText("from-vault"));
    assertThat(card).containsText("vault:secret/app#token");
    assertThat(vault.reads()).as("reads of the value").isZero();
    alice.go("sources");
  }
}
