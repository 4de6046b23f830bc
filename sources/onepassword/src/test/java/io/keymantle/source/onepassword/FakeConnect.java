package io.keymantle.source.onepassword;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.keymantle.testkit.FakeProvider;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/// A fake of a 1Password Connect server: no line of Connect is in it. It answers as the published
/// API document says (https://developer.1password.com/docs/connect/api-reference/, OpenAPI 1.5.7),
/// to which testing/e2e/providers holds it. What it knows is in [FakeVaults].
final class FakeConnect implements FakeProvider.Api, AutoCloseable {
  static final String TOKEN = "canary-token";

  final FakeVaults vaults = new FakeVaults();
  final FakeProvider server;

  /// What was asked for.
  final List<String> calls = new CopyOnWriteArrayList<>();

  FakeConnect(Optional<SSLContext> tls) {
    this.server = new FakeProvider(this, tls);
  }

  @Override
  public boolean suffers(HttpExchange exchange) {
    return true;
  }

  @Override
  public void answer(HttpExchange exchange, byte[] body) throws IOException {
    String query =
        URLDecoder.decode(
            Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""), UTF_8);
    calls.add(exchange.getRequestURI().toString());
    send(
        exchange,
        ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("authorization"))
            ? vaults.answer(exchange.getRequestURI().getRawPath(), query)
            : FakeVaults.error(401, "Invalid token signature"));
  }

  @Override
  public void refuse(HttpExchange exchange, Trouble its) throws IOException {
    int status =
        switch (its) {
          case FORBIDS -> 403;
          case LOGIN_EXPIRED -> 401;
          case THROTTLES -> 429;
          default -> 500;
        };
    send(exchange, FakeVaults.error(status, "canary-value"));
  }

  private static void send(HttpExchange exchange, FakeVaults.Answer answer) throws IOException {
    exchange.getResponseHeaders().set("content-type", answer.type());
    FakeProvider.send(exchange, answer.status(), new String(answer.body(), UTF_8));
  }

  @Override
  public void close() {
    server.close();
  }
}
