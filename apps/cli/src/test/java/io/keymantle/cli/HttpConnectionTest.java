package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpConnectionTest {
  @TempDir Path folder;
  private StandInBroker broker;
  private AdminClient client;

  @BeforeEach
  void start() throws IOException {
    HomeDirectory home = new HomeDirectory(folder);
    broker = StandInBroker.at(home);
    client =
        new AdminClient(
            home, new Terminal(System.in, System.out, System.err, Map.of(), Prompt.NONE));
  }

  @AfterEach
  void stop() throws IOException {
    broker.close();
  }

  @Test
  void chunkedAnswer_isPutTogether() throws IOException {
    String lines = "HTTP/1.1 200 OK|Transfer-Encoding: chunked||3;x=y|abc|2|de|0|T: v||";
    broker.raw("GET /v1/x", lines.replace("|", "\r\n"));

    assertThat(client.call("GET", "/v1/x", Map.of()).bytes()).asString().isEqualTo("abcde");
  }

  @Test
  void answerThatEndsEarly_isAnError_neverAShortAnswer() {
    broker.raw("GET /v1/a", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    broker.raw("GET /v1/b", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");

    assertThatThrownBy(() -> client.call("GET", "/v1/a", Map.of()).bytes())
        .isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> client.call("GET", "/v1/b", Map.of()).bytes())
        .isInstanceOf(EOFException.class);
  }

  @Test
  void interimAnswer_isPassedOver() throws IOException {
    broker.raw(
        "GET /v1/x", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    assertThat(client.call("GET", "/v1/x", Map.of()).bytes()).asString().isEqualTo("ok");
  }

  @Test
  void problem_becomesARefusal() {
    broker.refuse(
        "GET /v1/x",
        403,
        "{\"code\":\"agent_not_allowed\",\"credential\":\"a\",\"message\":\"no\",\"fix\":\"ask\"}");

    assertThatThrownBy(() -> client.get("/v1/x"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(ErrorCode.AGENT_NOT_ALLOWED);
              assertThat(e.problem().line()).isEqualTo("agent_not_allowed a: no; fix: ask");
            });
  }

  @Test
  void problemOfANewerBroker_keepsItsMessage() {
    broker.refuse("GET /v1/x", 400, "{\"code\":\"not_invented_yet\",\"message\":\"no\"}");

    assertThatThrownBy(() -> client.get("/v1/x")).hasMessageContaining("no");
  }

  @Test
  void streamedBody_arrivesWhole() throws IOException {
    broker.answer("POST /v1/redact", "done");
    byte[] body = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);

    client.stream("/v1/redact", new ByteArrayInputStream(body)).bytes();

    assertThat(broker.call("POST /v1/redact").body()).hasSize(100_000);
  }
}
