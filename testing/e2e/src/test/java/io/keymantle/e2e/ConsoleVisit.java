package io.keymantle.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.util.ArrayList;
import java.util.List;

/// A person at the console, in a browser of their own.
final class ConsoleVisit implements AutoCloseable {
  private final ConsoleHome home;
  private final BrowserContext context;
  private final List<String> bodies;
  private final List<Request> unread = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final Page page;

  ConsoleVisit(ConsoleHome home, BrowserContext context, List<String> bodies) {
    this.home = home;
    this.context = context;
    this.bodies = bodies;
    context.onRequestFinished(this::keep);
    page = context.newPage();
    page.onPageError(errors::add);
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
        errors.add(message.text());
      }
    });
  }

  Page page() {
    return page;
  }

  /// What the page's scripts, or its policy, have complained of.
  List<String> errors() {
    return errors;
  }

  /// Gives the browser both halves of the person's session, and opens the console.
  void signIn(ConsolePerson person) {
    context.addCookies(
        List.of(
            new Cookie(ConsolePerson.COOKIE, person.cookie())
                .setUrl(home.url().replace("http:", "https:"))
                .setHttpOnly(true)
                .setSecure(true)
                .setSameSite(SameSiteAttribute.STRICT)));
    context.addInitScript(
        "if (location.origin === '%s') sessionStorage.setItem('keymantle-csrf', '%s')"
            .formatted(home.url(), person.half()));
    page.navigate(home.url());
    assertThat(page.locator("header.bar")).containsText(person.name());
  }

  void signInByPassword(String name) {
    assertThat(button("Sign in")).isVisible();
    field("Name").fill(name);
    field("Password").fill(ConsoleHome.PASSWORD);
    button("Sign in").click();
  }

  /// Opens a page of the console, and waits until it shows something.
  ConsoleVisit go(String name) {
    read();
    page.evaluate("name => { location.hash = '#/' + name }", name);
    assertThat(page.locator("km-" + name + " h1")).isVisible();
    return this;
  }

  /// A person's touch, whenever the browser asks for one.
  ConsoleVisit withAuthenticator() {
    CDPSession session = context.newCDPSession(page);
    session.send("WebAuthn.enable");
    JsonObject options = new JsonObject();
    options.addProperty("protocol", "ctap2");
    options.addProperty("transport", "internal");
    options.addProperty("hasResidentKey", true);
    options.addProperty("hasUserVerification", true);
    options.addProperty("isUserVerified", true);
    JsonObject parameters = new JsonObject();
    parameters.add("options", options);
    session.send("WebAuthn.addVirtualAuthenticator", parameters);
    return this;
  }

  /// A passkey of the person's, made as the page does it. Before there is an app, nothing else is
  /// asked.
  ConsoleVisit withPasskey() {
    withAuthenticator();
    page.evaluate("import('/app/passkey.js').then(it => it.register('this laptop', {}))");
    return this;
  }

  /// The questions about a credential that wait.
  Locator pending(String credential) {
    return page.locator("article.ask:not(.done)", new Page.LocatorOptions().setHasText(credential));
  }

  /// The questions about a credential that were answered.
  Locator answered(String credential) {
    return page.locator("article.ask.done", new Page.LocatorOptions().setHasText(credential));
  }

  Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  Locator field(String label) {
    return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
  }

  Locator text(String words) {
    return page.getByText(words).first();
  }

  Locator row(String words) {
    return page.locator("tbody tr", new Page.LocatorOptions().setHasText(words));
  }

  /// Says yes to whatever the page asks back from now on.
  ConsoleVisit sure() {
    page.onDialog(dialog -> dialog.accept());
    return this;
  }

  void shot(String name) {
    read();
    ConsoleBrowser.screenshot(page, name);
  }

  /// Only what came to its end: the body of an answer that was broken off is waited for in vain.
  private void keep(Request request) {
    if (request.url().contains("/v1/") && !request.url().contains("/v1/events")) {
      unread.add(request);
    }
  }

  /// Not as they come: a page that is asked something while it tells something may be gone by then.
  private void read() {
    // Reading lets further answers come in.
    while (!unread.isEmpty()) {
      try {
        bodies.add(unread.removeFirst().response().text());
      } catch (PlaywrightException gone) {
        // The page had moved on before its body was read.
      }
    }
  }

  @Override
  public void close() {
    read();
    context.close();
  }
}
