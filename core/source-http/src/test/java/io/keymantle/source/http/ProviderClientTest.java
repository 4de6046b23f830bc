package io.keymantle.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.keymantle.certificates.TestCertificate;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProviderClientTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir private Path directory;
  private final ProviderClient client = new ProviderClient("vault", Optional.empty());
  private final CountDownLatch end = new CountDownLatch(1);
  private Optional<HttpServer> server = Optional.empty();

  @AfterEach
  void stop() {
    end.countDown();
    server.ifPresent(each -> each.stop(0));
  }

  private URI serve(HttpServer made, String protocol, HttpHandler handler) {
    server = Optional.of(made);
    made.createContext("/", handler);
    made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    made.start();
    return URI.create(protocol + "://127.0.0.1:" + made.getAddress().getPort() + "/v1/item");
  }

  private URI serve(HttpHandler handler) throws IOException {
    return serve(HttpServer.create(ANY, 0), "http", handler);
  }

  private URI answering(int status, String body, String... headers) throws IOException {
    return serve(exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      answer(exchange, status, body.getBytes(UTF_8));
    });
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private SourceException failure(URI where) {
    SourceException why =
        catchThrowableOfType(
            SourceException.class, () -> client.require(ProviderRequest.get(where)).close());
    assertThat(why).isNotNull();
    assertThat(why.getMessage() + why.fix()).doesNotContain("canary");
    assertThat(why.fix()).isNotBlank();
    return why;
  }

  @Test
  void reply_isReadWhole_andZeroedWhenItIsClosed() throws Exception {
    byte[] body;
    try (ProviderReply reply =
        client.require(ProviderRequest.get(answering(200, "{\"v\":\"canary\",\"n\":7}")))) {
      body = reply.body();
      assertThat(reply.bytes("/v")).contains("canary".getBytes(UTF_8));
      assertThat(reply.text("/n")).contains("7");
      assertThat(reply.names("")).containsExactly("v", "n");
      assertThat(reply.whole("/v")).isEmpty();
    }
    assertThat(body).hasSize(20).containsOnly(0);
  }

  @Test
  void bodyOfARequest_arrives_andIsZeroed_alsoWhenNobodyAnswers() throws Exception {
    URI echo = serve(exchange -> answer(exchange, 200, exchange.getRequestBody().readAllBytes()));
    byte[] body = "canary-login".getBytes(UTF_8);
    try (ProviderReply reply = client.require(ProviderRequest.post(echo, "text/plain", body))) {
      assertThat(new String(reply.body(), UTF_8)).isEqualTo("canary-login");
    }
    assertThat(body).containsOnly(0);

    byte[] other = "canary-login".getBytes(UTF_8);
    catchThrowableOfType(
        SourceException.class,
        () -> client.send(ProviderRequest.post(closedPort(), "text/plain", other)));
    assertThat(other).containsOnly(0);
  }

  private static URI closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
    }
  }

  @Test
  void status_isAReason_andTheRequestIsNamed() throws Exception {
    Map<Integer, Reason> reasons =
        Map.of(
            401, Reason.UNAUTHENTICATED,
            403, Reason.FORBIDDEN,
            404, Reason.NOT_FOUND,
            408, Reason.TIMEOUT,
            418, Reason.FAILED,
            429, Reason.THROTTLED,
            500, Reason.UNAVAILABLE,
            503, Reason.UNAVAILABLE,
            504, Reason.TIMEOUT);
    for (Map.Entry<Integer, Reason> each : reasons.entrySet()) {
      SourceException why = failure(answering(each.getKey(), "canary", "x-request-id", "4f1c-7"));
      assertThat(why.reason()).as("%s", each).isEqualTo(each.getValue());
      assertThat(why).hasMessage("vault answered " + each.getKey() + " (request 4f1c-7)");
      server.orElseThrow().stop(0);
    }
  }

  @Test
  void requestId_thatIsNone_isLeftOut() throws Exception {
    assertThat(failure(answering(403, "", "x-request-id", "canary " + "x".repeat(200))))
        .hasMessage("vault answered 403");
  }

  @Test
  void redirect_isNotFollowed_andSaysNotWhere() throws Exception {
    SourceException why =
        failure(answering(307, "", "location", "https://elsewhere.example/canary"));

    assertThat(why.reason()).isEqualTo(Reason.REDIRECTED);
    assertThat(why.getMessage()).doesNotContain("elsewhere");
  }

  @Test
  void answerAtTheLimit_isRead_andAboveItIsRefused() throws Exception {
    String most = "x".repeat(ProviderClient.MOST_BYTES);
    try (ProviderReply reply = client.require(ProviderRequest.get(answering(200, most)))) {
      assertThat(reply.body()).hasSize(ProviderClient.MOST_BYTES);
    }
    server.orElseThrow().stop(0);

    assertThat(failure(answering(200, most + "x")).reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void providerThatDoesNotAnswer_timesOut_alsoInTheMiddleOfABody() throws Exception {
    for (boolean begins : new boolean[] {false, true}) {
      URI slow =
          serve(exchange -> {
            if (begins) {
              exchange.sendResponseHeaders(200, 100);
              exchange.getResponseBody().write("canary".getBytes(UTF_8));
              exchange.getResponseBody().flush();
            }
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      SourceException why =
          catchThrowableOfType(
              SourceException.class,
              () -> client.send(ProviderRequest.get(slow).within(Duration.ofMillis(300))));
      assertThat(why).as("begins: %s", begins).isNotNull();
      assertThat(why.reason()).isEqualTo(Reason.TIMEOUT);
    }
  }

  @Test
  void closedPort_isUnavailable() throws Exception {
    assertThat(failure(closedPort()).reason()).isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void certificate_isTrustedOnly_whenItsAuthorityIsNamed() throws Exception {
    TestCertificate its = new TestCertificate();
    HttpsServer made = HttpsServer.create(ANY, 0);
    made.setHttpsConfigurator(new HttpsConfigurator(its.server(its)));
    URI where = serve(made, "https", exchange -> answer(exchange, 200, new byte[] {'1'}));

    assertThat(failure(where).reason()).isEqualTo(Reason.UNTRUSTED);
    assertThat(failure(where).fix()).contains("ca=FILE");
    Path ca = its.writeCertificate(directory.resolve("ca.pem"));
    SourceSettings settings =
        new SourceSettings("vault", Map.of("ca", ca.toString()), Map.of(), Map.of());
    ProviderClient trusting = new ProviderClient("vault", settings.tls());
    try (ProviderReply reply = trusting.require(ProviderRequest.get(where))) {
      assertThat(reply.body()).containsExactly('1');
    }
  }

  @Test
  void certificateForAnotherName_isTrusted_whenThatNameIsSaid() throws Exception {
    TestCertificate its = new TestCertificate("api.example");
    HttpsServer made = HttpsServer.create(ANY, 0);
    made.setHttpsConfigurator(new HttpsConfigurator(its.server(its)));
    URI where = serve(made, "https", exchange -> answer(exchange, 200, new byte[] {'1'}));
    byte[] pem = Files.readAllBytes(its.writeCertificate(directory.resolve("ca.pem")));
    Optional<SSLContext> tls =
        SourceSettings.ambient("k8s", Map.of())
            .tls(Optional.of(pem), Optional.empty(), Optional.empty());

    for (String name : new String[] {"other.example", "api.example"}) {
      ProviderClient named = new ProviderClient("k8s", tls, Optional.of(new SNIHostName(name)));
      assertThat(reasonOf(named, where))
          .as(name)
          .isEqualTo(name.equals("api.example") ? Optional.empty() : Optional.of(Reason.UNTRUSTED));
    }
  }

  private static Optional<Reason> reasonOf(ProviderClient client, URI where) {
    try {
      client.require(ProviderRequest.get(where)).close();
      return Optional.empty();
    } catch (SourceException e) {
      return Optional.of(e.reason());
    }
  }

  @Test
  void memberOfEachObject_isFound_byNameAndByPointer() throws Exception {
    String body =
        "{\"items\":[{\"name\":\"x\",\"metadata\":{\"name\":\"a\",\"owners\":[{\"name\":\"y\"}]}},"
            + "{\"metadata\":{\"name\":\"b\"}}],\"other\":[{\"name\":\"z\"}],\"itemsx\":[{\"name\":\"w\"}]}";
    try (ProviderReply reply = client.require(ProviderRequest.get(answering(200, body)))) {
      assertThat(reply.members("/items", "/metadata/name")).containsExactly("a", "b");
      assertThat(reply.members("/items", "name")).containsExactly("x");
      assertThat(reply.members("/items/0/metadata", "name")).isEmpty();
      assertThat(reply.members("/none", "name")).isEmpty();
    }
  }

  @Test
  void answerThatIsNoJson_isMalformed_andNotQuoted() throws Exception {
    for (String body :
        new String[] {"<html>canary</html>", "{\"v\":\"canary", "{\"v\":1,\"v\":2}"}) {
      try (ProviderReply reply = client.require(ProviderRequest.get(answering(200, body)))) {
        SourceException why = catchThrowableOfType(SourceException.class, () -> reply.bytes("/v"));
        assertThat(why.reason()).isEqualTo(Reason.MALFORMED);
        assertThat(why.getMessage()).doesNotContain("canary");
        assertThat(catchThrowableOfType(SourceException.class, () -> reply.whole("/v")))
            .isNotNull();
      }
      server.orElseThrow().stop(0);
    }
  }

  @Test
  void jsonOfALogin_isEscaped_andReadsBack() throws Exception {
    String login = "a\"b\\c\n\u0001é€😀/";
    byte[] body = new JsonBody().with("x", "1").with("login", login.getBytes(UTF_8)).finish();

    assertThat(JsonString.find(body, "/login")).contains(login.getBytes(UTF_8));
    assertThat(JsonString.find(body, "/x")).contains("1".getBytes(UTF_8));
  }

  @Test
  void wholeObject_isAsItStands() throws Exception {
    byte[] document =
        "{\"data\": {\"data\": { \"a\" : \"é\", \"l\":[1,{}] } , \"x\":{}}}".getBytes(UTF_8);

    assertThat(JsonString.whole(document, "/data/data"))
        .contains("{ \"a\" : \"é\", \"l\":[1,{}] }".getBytes(UTF_8));
    assertThat(JsonString.whole(document, "/data/data/l")).contains("[1,{}]".getBytes(UTF_8));
    assertThat(JsonString.whole(document, "/data/data/a")).isEmpty();
    assertThat(JsonString.whole(document, "/none")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-630, 10 minutes behind", "630, 10 minutes ahead of"})
  void refusedLogin_ofAMachineWhoseClockIsWrong_namesTheClock(int ahead, String words)
      throws Exception {
    URI where = answering(401, "");
    ProviderClient skewed =
        new ProviderClient(
            "vault", Optional.empty(), Optional.empty(), () -> Instant.now().plusSeconds(ahead));
    try (ProviderReply reply = skewed.send(ProviderRequest.get(where))) {
      SourceException why = skewed.refusal(reply, Reason.UNAUTHENTICATED, "");

      assertThat(why.getMessage()).contains(words);
      assertThat(why.fix()).contains("clock");
      assertThat(client.refusal(reply, Reason.UNAUTHENTICATED, "").fix()).contains("login");
      assertThat(skewed.refusal(reply, Reason.FORBIDDEN, "").fix()).doesNotContain("clock");
    }
  }
}
