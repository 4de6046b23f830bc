package io.keymantle.api;

import io.keymantle.control.PersonSession;
import io.keymantle.control.SessionKind;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a person's browser may call: the console's files, and of the admin API what the pages need.
///
/// Guarantees: a call needs both halves of a session ([ConsoleSession]) but for those that open
/// one; it comes from the console's own pages ([ConsoleGuard]); no bearer token opens anything; the
/// session token is in no body; no answer lets another origin read it.
///
/// Not guaranteed: who connects. Every program of this machine can, and is in no better place than
/// a browser without a session.
public final class ConsoleRoutes implements ApiHandler {
  /// What the pages call: the first segment behind `/v1/`. Commands, shutdown, backups and imports
  /// are not for a browser.
  private static final Set<String> CALLED =
      Set.of(
          "sessions",
          "setup",
          "passkey-challenges",
          "people",
          "me",
          "tokens",
          "approvals",
          "events",
          "credentials",
          "sources",
          "grants",
          "agents",
          "runs",
          "ledger",
          "openclaw",
          "status",
          "intake-key");

  private static final String LOGIN = "POST /v1/sessions";
  private static final String SETUP = "POST /v1/setup";

  /// What opens a session: answered without one.
  private static final Set<String> OPENING = Set.of(LOGIN, SETUP, "POST /v1/passkey-challenges");

  private final AdminRoutes admin;
  private final PagePort pages;
  private final ConsoleOrigin origin;
  private final ConsoleGuard guard;
  private final ConsolePages files;
  private final ConsoleSession session;
  private final SessionRoutes sessions;

  public ConsoleRoutes(AdminRoutes admin, PagePort pages, ConsoleOrigin origin) {
    this.admin = admin;
    this.pages = pages;
    this.origin = origin;
    this.guard = new ConsoleGuard(origin);
    this.files = new ConsolePages(pages, origin);
    this.sessions = new SessionRoutes(admin);
    this.session = new ConsoleSession(token -> admin.broker().control().sessions().csrf(token));
  }

  boolean isOwnHost(Channel channel, String host) {
    return origin.isOwnHost(channel, host);
  }

  @Override
  public ApiResponse handle(ApiRequest request) throws IOException {
    return answer(request).with(ConsoleGuard.headers(pages.policy()));
  }

  private ApiResponse answer(ApiRequest request) throws IOException {
    try {
      return request.path().startsWith("/v1/") ? call(request) : files.answer(request);
    } catch (RefusedException e) {
      // Here already, so that a refusal has the headers of every answer.
      return Problems.response(e.problem());
    }
  }

  private ApiResponse call(ApiRequest request) throws IOException {
    guard.check(request);
    String rest = request.path().substring("/v1/".length());
    if (!CALLED.contains(rest.split("/", 2)[0])
        || (rest.equals("runs") && !request.method().equals("GET"))) {
      throw RefusedException.of(
          ErrorCode.NOT_FOUND, "the console has no such path", "use the keymantle command");
    }
    String route = request.method() + " " + request.path();
    // A sealed home knows no session; it can be opened all the same.
    boolean sealed = admin.broker().status().sealed();
    Optional<String> token = sealed ? Optional.empty() : session.token(request);
    if (token.isEmpty() && !OPENING.contains(route)) {
      throw RefusedException.of(
          ErrorCode.SESSION_REQUIRED, "there is no session", "sign in to the console");
    }
    ApiRequest inner = withBearer(request, token.orElse(""));
    return switch (route) {
      case LOGIN -> logIn(inner);
      case SETUP -> opened(sessions.setUp(inner, SessionKind.CONSOLE));
      case "POST /v1/me/password" -> opened(sessions.changePassword(inner));
      case "DELETE /v1/sessions/current" -> admin.handle(inner).with(ConsoleSession.taken());
      default -> admin.handle(inner);
    };
  }

  private ApiResponse logIn(ApiRequest request) throws IOException {
    requireSomethingToProve();
    return sessions
        .open(SessionRoutes.logInBody(request), SessionKind.CONSOLE)
        .map(this::opened)
        .orElseGet(SessionRoutes::unsealed);
  }

  /// On the admin socket the owner of a home without passphrase needs no login: the socket's mode
  /// proves who it is. Here anybody of this machine may ask.
  private void requireSomethingToProve() {
    if (!admin.broker().status().sealed() && !admin.broker().control().sessions().required()) {
      throw RefusedException.of(
          ErrorCode.SESSION_REQUIRED,
          "nobody has an account here yet, and the home has no passphrase",
          "open the one-time link of: keymantle up --owner-link");
    }
  }

  /// The call as the admin socket gets it: from nobody's page, with the token of the session alone.
  private static ApiRequest withBearer(ApiRequest request, String token) {
    Map<String, String> headers = new HashMap<>(request.headers());
    headers.keySet().removeAll(Set.of("origin", "cookie", "authorization"));
    if (!token.isEmpty()) {
      headers.put("authorization", "Bearer " + token);
    }
    return new ApiRequest(
        request.method(),
        request.path(),
        request.query(),
        headers,
        request.body(),
        Optional.empty());
  }

  /// A new session's answer: its token goes into the cookie, and the second half into the body.
  private ApiResponse opened(PersonSession opened) {
    String text =
        JsonText.object(json -> {
          json.writeStringProperty("csrf", session.csrf().apply(opened.token()));
          json.writeStringProperty("expiresAt", opened.expiresAt().toString());
          sessions.who(json, opened.person());
        });
    return ApiResponse.json(201, text).with(ConsoleSession.given(opened.token()));
  }
}
