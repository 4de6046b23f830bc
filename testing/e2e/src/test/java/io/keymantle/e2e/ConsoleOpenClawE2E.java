package io.keymantle.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// alice edits openclaw.json files in the console: what is secret in them stays at the broker.
@Tag("slow")
class ConsoleOpenClawE2E {
  private static final String SENTINEL = "__OPENCLAW_REDACTED__";
  private static final String OPENAI = "sk-canaryOpenAi0123456789abcdefABCDEF";
  private static final String ANTHROPIC = "sk-ant-canaryAnthropic0123456789abcd";
  private static final String TELEGRAM = "123456789:canaryTelegramABCDEFGHIJKLMNOPQRSTU";
  private static final List<String> CANARIES = List.of(OPENAI, ANTHROPIC, TELEGRAM);
  private static final String TEXT =
      """
      {
        // which model answers
        models: { providers: {
          openai: { baseUrl: 'https://api.openai.com/v1', apiKey: '%s' },
          anthropic: { baseUrl: 'https://api.anthropic.com', apiKey: '%s' },
        } },
        channels: { telegram: { enabled: true, botToken: '%s' } },
        port: 1,
      }
      """
          .formatted(OPENAI, ANTHROPIC, TELEGRAM);

  @TempDir static Path folder;
  private static ConsoleHome home;
  private static ConsoleBrowser browser;
  private static ConsoleVisit alice;
  private static Page page;

  @BeforeAll
  static void start() throws IOException {
    home = ConsoleHome.start(folder);
    browser = new ConsoleBrowser(home);
    alice = browser.visit(home.alice());
    page = alice.page();
  }

  @AfterAll
  static void no_answer_had_a_value_in_it() throws IOException {
    browser.close();
    home.close();
    assertThat(browser.bodies()).as("positive control").anyMatch(body -> body.contains(SENTINEL));
    for (String canary : CANARIES) {
      assertThat(browser.bodies()).noneMatch(body -> body.contains(canary));
    }
  }

  @Test
  void saving_puts_each_value_back_at_its_path_and_keeps_the_comments() throws IOException {
    Path file = opened("edited.json");
    Locator text = alice.field("The file’s text");
    assertThat(text).hasValue(redacted());
    alice.shot("openclaw");
    assertThat(alice.button("Save")).isDisabled();

    // The providers change places, and a field is new.
    String edited =
        redacted()
            .replaceAll("(?m)^( +openai:.*\\n)( +anthropic:.*\\n)", "$2$1")
            .replace("port: 1", "port: 2, new: true");
    text.fill(edited);
    assertThat(page.locator(".head .tag")).hasText("changed");
    alice.button("Save").click();

    assertThat(alice.text("Saved.")).isVisible();
    assertThat(Files.readString(file))
        .isEqualTo(
            TEXT.replaceAll("(?m)^( +openai:.*\\n)( +anthropic:.*\\n)", "$2$1")
                .replace("port: 1", "port: 2, new: true"));
    Locator history =
        page.getByRole(AriaRole.LISTITEM)
            .filter(new Locator.FilterOptions().setHasText("person:alice"));
    assertThat(history).containsText("port changed");
  }

  @Test
  void sentinel_without_a_stored_value_is_refused_naming_its_path() throws IOException {
    Path file = opened("moved.json");

    alice.field("The file’s text").fill(redacted().replace("openai:", "elsewhere:"));
    alice.button("Save").click();

    assertThat(page.locator(".failure")).containsText("models.providers.elsewhere.apiKey");
    assertThat(Files.readString(file)).isEqualTo(TEXT);
  }

  @Test
  void file_that_changed_meanwhile_shows_three_versions_and_nothing_is_saved_until_one_is_chosen()
      throws IOException {
    Path file = opened("stale.json");
    String theirs = TEXT.replace("port: 1", "port: 9");
    Files.writeString(file, theirs);

    alice.field("The file’s text").fill(redacted().replace("enabled: true", "enabled: false"));
    alice.button("Save").click();

    assertThat(page.locator(".three > div")).hasCount(3);
    assertThat(version("Yours").locator("ins")).containsText("enabled: false");
    assertThat(version("As it is now").locator("ins")).containsText("port: 9");
    assertThat(page.locator(".three")).containsText(SENTINEL);
    assertThat(ConsoleBrowser.violations(page)).isEmpty();
    alice.shot("openclaw-conflict");
    assertThat(Files.readString(file)).isEqualTo(theirs);

    alice.button("Take the file as it is now").click();
    Locator text = alice.field("The file’s text");
    assertThat(text).hasValue(redacted().replace("port: 1", "port: 9"));
    text.fill(redacted().replace("port: 1", "port: 10"));
    alice.button("Save").click();
    assertThat(alice.text("Saved.")).isVisible();
    assertThat(Files.readString(file)).isEqualTo(TEXT.replace("port: 1", "port: 10"));
  }

  @Test
  void
      each_finding_becomes_a_variable_a_reference_or_a_broker_token_and_the_value_goes_to_the_store()
          throws IOException {
    Path file = opened("found.json");
    Locator findings = page.locator("section[aria-labelledby=findings]");
    assertThat(findings.locator(".binding")).hasCount(3);
    alice.shot("openclaw-findings");

    protect("channels.telegram.botToken", "${VAR}");
    assertThat(findings.locator(".once")).containsText("is the credential");
    assertThat(findings.locator(".binding")).hasCount(2);
    protect("models.providers.openai.apiKey", "SecretRef");
    assertThat(findings.locator(".binding")).hasCount(1);
    protect("models.providers.anthropic.apiKey", "Broker token");
    assertThat(findings.locator(".binding")).hasCount(0);
    alice.shot("openclaw-protected");

    String protectedText = Files.readString(file);
    for (String canary : CANARIES) {
      assertThat(protectedText).doesNotContain(canary);
    }
    assertThat(protectedText)
        .contains("// which model answers", "botToken: \"${", "apiKey: { source: ", "<credential:");
    alice.go("credentials");
    assertThat(page.locator("article h2")).hasCount(3);
    alice.go("openclaw");
    // History names paths and kinds of change; the texts themselves are not kept.
    assertThat(page.locator("section[aria-labelledby=history] li")).hasCount(3);
    assertThat(page.locator("section[aria-labelledby=history]"))
        .containsText("models.providers.openai.apiKey");
  }

  private static void protect(String path, String remedy) {
    page.getByRole(
            AriaRole.BUTTON,
            new Page.GetByRoleOptions().setName(remedy + " for " + path).setExact(true))
        .click();
  }

  private static Locator version(String title) {
    return page.locator("pre[aria-label='" + title + "']");
  }

  /// A file of the test's own, open in the editor.
  private static Path opened(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, TEXT);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    alice.go("openclaw");
    alice.field("File").fill(file.toString());
    alice.button("Open").click();
    assertThat(alice.field("File")).hasValue(file.toString());
    assertThat(alice.field("The file’s text")).hasValue(redacted());
    return file;
  }

  private static String redacted() {
    String text = TEXT;
    for (String canary : CANARIES) {
      text = text.replace(canary, SENTINEL);
    }
    return text;
  }
}
