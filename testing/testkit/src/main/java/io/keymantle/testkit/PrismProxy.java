package io.keymantle.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Stands between a source and the fake of its provider, and holds both to the provider's published
/// OpenAPI document: Stoplight's Prism compares each request and each answer with it, and says in a
/// header what it found (https://docs.stoplight.io/docs/prism). All of that is kept here.
///
/// `testing/e2e/providers` fetches Prism and the documents, and says where they are.
public final class PrismProxy implements AutoCloseable {
  private static final String VIOLATIONS = "sl-violations";

  /// What a proxy does not hand on.
  private static final Set<String> HOP =
      Set.of(
          "connection", "content-length", "host", "transfer-encoding", "upgrade", "http2-settings");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final AtomicInteger seen = new AtomicInteger();
  private final HttpServer relay;
  private final Process prism;
  private final int port;

  /// @param document its name in the collection, as in `azure.com/keyvault.json`
  /// @param amended what has to be said otherwise in it, for Prism's sake or for the truth's
  /// @param folder for the amended document
  public PrismProxy(URI fake, String document, UnaryOperator<String> amended, Path folder)
      throws IOException {
    Path original = Path.of(environment("KEYMANTLE_SUITE_DOCUMENTS")).resolve(document);
    Path its = folder.resolve("document.json");
    Files.writeString(its, amended.apply(Files.readString(original)));
    this.port = freePort();
    this.prism =
        new ProcessBuilder(
                environment("KEYMANTLE_SUITE_PRISM"),
                "proxy",
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                its.toString(),
                fake.toString())
            .redirectErrorStream(true)
            .start();
    awaitListening();
    this.relay = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    relay.setExecutor(threads);
    relay.createContext("/", this::hand);
    relay.start();
  }

  private static String environment(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set: run testing/e2e/providers");
    }
    return value;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening() throws IOException {
    BufferedReader output = prism.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      if (line.contains("Prism is listening")) {
        // What comes later has to go somewhere, or Prism would stop.
        Thread.ofVirtual().name("prism").start(() -> drain(output));
        return;
      }
    }
    throw new IOException("Prism did not start:\n" + said);
  }

  private static void drain(BufferedReader output) {
    try {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // It ended.
    }
  }

  /// Where the source finds the provider.
  public URI address() {
    return URI.create("http://127.0.0.1:" + relay.getAddress().getPort());
  }

  /// What did not agree with the document, since the last time this was asked.
  public List<String> violations() {
    List<String> found = List.copyOf(violations);
    violations.clear();
    return found;
  }

  /// How many requests went through.
  public int seen() {
    return seen.get();
  }

  private void hand(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + port + exchange.getRequestURI().toString()))
              .version(HttpClient.Version.HTTP_1_1)
              .method(
                  exchange.getRequestMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
              values.forEach(value -> request.header(name, value));
            }
          });
      HttpResponse<byte[]> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      seen.incrementAndGet();
      answer.headers().allValues(VIOLATIONS).stream()
          // A JSON array of objects that have none within them.
          .flatMap(each -> Stream.of(each.replaceAll("^\\[|]$", "").split("(?<=\\}),(?=\\{)")))
          .forEach(each ->
              violations.add(
                  exchange.getRequestMethod()
                      + " "
                      + exchange.getRequestURI()
                      + " "
                      + answer.statusCode()
                      + " "
                      + each));
      answer
          .headers()
          .map()
          .forEach((name, values) -> {
            if (!HOP.contains(name)) {
              exchange.getResponseHeaders().put(name, values);
            }
          });
      byte[] body = answer.body();
      exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    relay.stop(0);
    prism.destroy();
    threads.shutdownNow();
    client.close();
  }
}
