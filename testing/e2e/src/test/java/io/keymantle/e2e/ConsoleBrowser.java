package io.keymantle.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Debian's Chromium, as people have it at the console. One for a class: what it hears is searched
/// for values when it closes.
final class ConsoleBrowser implements AutoCloseable {
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final int TIMEOUT_MS = 10_000;

  private final ConsoleHome home;
  private final Playwright playwright;
  private final Browser browser;
  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());

  ConsoleBrowser(ConsoleHome home) {
    this.home = home;
    PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT_MS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(List.of("--no-sandbox", "--disable-gpu")));
  }

  /// Somebody who is not signed in.
  ConsoleVisit stranger() {
    return new ConsoleVisit(home, context(), bodies);
  }

  /// Somebody who is, at their inbox, in a browser of their own: no cookie and no storage of
  /// another's.
  ConsoleVisit visit(ConsolePerson person) {
    ConsoleVisit visit = stranger();
    visit.signIn(person);
    return visit;
  }

  private BrowserContext context() {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(1280, 900)
                .setReducedMotion(ReducedMotion.REDUCE));
    context.setDefaultTimeout(TIMEOUT_MS);
    return context;
  }

  /// The bodies of all the answers that pages of this browser were given.
  List<String> bodies() {
    return List.copyOf(bodies);
  }

  static void screenshot(Page page, String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
  }

  /// What axe finds wrong on the page as it is, one line each.
  static List<String> violations(Page page) {
    if (!(boolean) page.evaluate("'axe' in window")) {
      page.evaluate(axe());
    }
    List<String> found = new ArrayList<>();
    for (Object each : (List<?>) page.evaluate(RUN)) {
      found.add(each.toString());
    }
    return found;
  }

  private static String axe() {
    try (InputStream script = ConsoleBrowser.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String RUN =
      "axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => v.id + ':"
          + " ' + v.help + v.nodes.map(n => '\\n"
          + "  ' + n.html + ' ' + n.failureSummary).join('')))";

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
