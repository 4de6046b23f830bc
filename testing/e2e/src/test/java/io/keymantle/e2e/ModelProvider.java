package io.keymantle.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.keymantle.demo.DemoCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A provider of language models on loopback, as OpenAI's chat completions, that answers whoever
/// has its key and nobody else.
final class ModelProvider implements AutoCloseable {
  static final String HOST = "llm.example.test";
  static final String ANSWER = "the answer is forty-two";

  private final HttpsServer server;
  private final DemoCertificate certificate;
  private final String key;
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  ModelProvider(Path folder, String key) throws IOException {
    this.key = key;
    certificate = DemoCertificate.create(folder, HOST);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/chat/completions", this::complete);
    server.start();
  }

  /// What `up` needs to trust and find this service.
  String[] upOptions() {
    return new String[] {
      "--upstream-ca",
      certificate.pem().toString(),
      "--resolve",
      HOST + ":443:127.0.0.1:" + server.getAddress().getPort()
    };
  }

  /// The Authorization headers that have come since the last call.
  List<String> drain() {
    List<String> drained = List.copyOf(authorizations);
    authorizations.clear();
    return drained;
  }

  private void complete(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    authorizations.add(authorization);
    if (!authorization.equals("Bearer " + key)) {
      reply(exchange, 401, "application/json", "{\"error\":{\"message\":\"wrong key\"}}");
      return;
    }
    reply(
        exchange,
        200,
        "text/event-stream",
        chunk(ANSWER, "null") + chunk("", "\"stop\"") + "data: [DONE]\n\n");
  }

  private static String chunk(String content, String end) {
    return "data:"
               + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m1\",\"choices\":"
               + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\""
        + content
        + "\"},\"finish_reason\":"
        + end
        + "}]}\n\n";
  }

  private static void reply(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
