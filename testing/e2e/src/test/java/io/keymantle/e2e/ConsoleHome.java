package io.keymantle.e2e;

import io.keymantle.intake.Intake;
import io.keymantle.intake.IntakeKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A home whose broker runs, with its owner alice and whoever a test lets in. Everything is done
/// over the APIs: a program for each step would take longer than the step.
final class ConsoleHome implements AutoCloseable {
  static final String VALUE = "ghp_consoleCanary0123456789abcdefABCDEF";
  static final String PASSWORD = "staple battery 42 horses";

  private final TestHome home;
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI url;
  private final InetSocketAddress gateway;
  private final ConsolePerson alice;
  private final IntakeKey intake;
  private final Map<String, String> agents = new LinkedHashMap<>();

  private ConsoleHome(TestHome home, List<String> options) throws IOException {
    this.home = home;
    List<String> up = new ArrayList<>(List.of("up", "--gateway-port", "0"));
    up.addAll(List.of("--console-port", "0"));
    up.addAll(options);
    home.must(up.toArray(String[]::new));
    JsonNode status = admin("GET", "/v1/status", "");
    url = URI.create(status.get("console").asString());
    URI api = URI.create(status.get("gateway").asString());
    gateway = new InetSocketAddress(api.getHost(), api.getPort());
    String link =
        admin("POST", "/v1/people", "{\"name\":\"alice\",\"role\":\"owner\"}")
            .get("setup")
            .asString();
    alice = setUp("alice", link);
    intake = IntakeKey.parse(must("GET", "/v1/intake-key", "").get("key").asString());
    agent("main");
  }

  static ConsoleHome start(Path folder, String... options) throws IOException {
    return new ConsoleHome(TestHome.made(folder), List.of(options));
  }

  static ConsoleHome start(Path folder, Upstream upstream) throws IOException {
    return new ConsoleHome(TestHome.made(folder), upstream.upOptions());
  }

  String url() {
    return url.toString();
  }

  TestHome home() {
    return home;
  }

  ConsolePerson alice() {
    return alice;
  }

  /// As the owner of a home in which nobody has an account yet.
  private JsonNode admin(String method, String path, String body) throws IOException {
    PlainHttp.Reply reply =
        PlainHttp.exchange(adminSocket(), method, path, Map.of("Host", "keymantle"), body);
    if (!reply.ok()) {
      throw new AssertionError(method + " " + path + ": " + reply.body());
    }
    return TestHome.parse(reply.body());
  }

  /// Whether a service may read the ledger with its token.
  boolean readsLedger(String token) throws IOException {
    return PlainHttp.exchange(
            adminSocket(),
            "GET",
            "/v1/ledger",
            Map.of("Host", "keymantle", "Authorization", "Bearer " + token),
            "")
        .ok();
  }

  private SocketAddress adminSocket() {
    return UnixDomainSocketAddress.of(home.path().resolve("run/admin.sock"));
  }

  /// Lets somebody in, and gives back the one-time invitation.
  String invite(String name, String role) {
    return must("POST", "/v1/people", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"}")
        .get("setup")
        .asString();
  }

  ConsolePerson person(String name, String role) {
    return setUp(name, invite(name, role));
  }

  /// An approver whose app has shown its first code.
  ConsolePerson withApp(String name) {
    return withApp(person(name, "approver"));
  }

  ConsolePerson withApp(ConsolePerson person) {
    Authenticator app =
        new Authenticator(as(person, "POST", "/v1/me/totp", "{}").get("secret").asString());
    as(person, "POST", "/v1/me/totp/confirm", "{\"code\":\"" + app.fresh() + "\"}");
    return new ConsolePerson(person.name(), person.cookie(), person.half(), Optional.of(app));
  }

  private ConsolePerson setUp(String name, String invitation) {
    HttpResponse<String> answer =
        send(
            "POST",
            "/v1/setup",
            "{\"invitation\":\"" + invitation + "\",\"password\":\"" + PASSWORD + "\"}",
            Map.of());
    String cookie = answer.headers().firstValue("set-cookie").orElseThrow();
    String half = TestHome.parse(answer.body()).get("csrf").asString();
    return new ConsolePerson(
        name,
        cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';')),
        half,
        Optional.empty());
  }

  /// Calls the console as alice, and insists on success.
  JsonNode must(String method, String path, String body) {
    return as(alice, method, path, body);
  }

  JsonNode as(ConsolePerson person, String method, String path, String body) {
    Map<String, String> halves =
        Map.of(
            "cookie",
            ConsolePerson.COOKIE + "=" + person.cookie(),
            "x-keymantle-csrf",
            person.half());
    HttpResponse<String> answer = send(method, path, body, halves);
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(method + " " + path + ": " + answer.body());
    }
    return TestHome.parse(answer.body());
  }

  /// Calls the console as a program that is no browser.
  HttpResponse<String> send(String method, String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("content-type", "application/json");
    headers.forEach(request::header);
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Adds an agent.
  void agent(String name) {
    agents.put(
        name, must("POST", "/v1/agents", "{\"name\":\"" + name + "\"}").get("token").asString());
  }

  /// Adds a credential of the upstream's that all agents may use.
  ///
  /// @param rules further members of it, in JSON with single quotes
  void credential(String name, String rules) {
    String sealed = Intake.seal(intake, VALUE.getBytes(StandardCharsets.UTF_8), name).text();
    String body =
        "{'name':'%s','sealed':'%s','allowedAgents':['%s'],'bindings':[{'destination':'https://%s'}]%s}"
            .formatted(
                name,
                sealed,
                String.join("','", agents.keySet()),
                Upstream.HOST,
                rules.isEmpty() ? "" : "," + rules)
            .replace('\'', '"');
    must("POST", "/v1/credentials", body);
  }

  /// The agent main asks for a credential.
  JsonNode request(String credential, String reason) {
    return request("main", credential, reason);
  }

  JsonNode request(String agent, String credential, String reason) {
    Map<String, String> headers =
        Map.of(
            "Host",
            "127.0.0.1:" + gateway.getPort(),
            "Authorization",
            "Bearer " + agents.get(agent));
    String body = "{\"credential\":\"" + credential + "\",\"reason\":\"" + reason + "\"}";
    try {
      return TestHome.parse(
          PlainHttp.exchange(gateway, "POST", "/v1/requests", headers, body).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The agent main sends a request with a broker token through the gateway, and does not wait for
  /// people.
  ProxyConnection.Reply use(String token, String method, String path, String body)
      throws IOException {
    URI proxy = URI.create("http://127.0.0.1:" + gateway.getPort());
    try (ProxyConnection connection = ProxyConnection.open(proxy)) {
      connection.connect(Upstream.HOST + ":443", agents.get("main"));
      return connection
          .tls(home.path().resolve("ca.pem"), Upstream.HOST)
          .ask(
              "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nPrefer: respond-async\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(method, path, Upstream.HOST, token, body.length(), body));
    }
  }

  @Override
  public void close() throws IOException {
    home.close();
  }
}
