package io.keymantle.source.keychain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What listens at a bus's address but is none, or is a bad one.
@Timeout(60)
final class BusConnectionTest {
  private static final String OK = "OK 0123456789abcdef\r\n";

  @TempDir private Path directory;
  private ServerSocketChannel server;
  private SecretService service;

  /// What the other end does once it has answered `AUTH`.
  private interface Peer {
    void serve(SocketChannel client) throws IOException;
  }

  @BeforeEach
  void listen() throws IOException {
    Path socket = directory.resolve("bus");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    service =
        new SecretService(
            new SourceSettings(
                "keychain", Map.of("bus", "unix:path=" + socket), Map.of(), Map.of()),
            Duration.ofMillis(500));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private SourceException whyNot(Peer peer) {
    Thread.ofVirtual()
        .start(() -> {
          try (SocketChannel client = server.accept()) {
            client.read(ByteBuffer.allocate(100));
            peer.serve(client);
          } catch (IOException e) {
            // The client went away, which it may.
          }
        });
    return catchThrowableOfType(SourceException.class, service::test);
  }

  private static void say(SocketChannel client, String text) throws IOException {
    say(client, text.getBytes(ISO_8859_1));
  }

  private static void sayAndListen(SocketChannel client, String text) throws IOException {
    say(client, text);
    while (client.read(ByteBuffer.allocate(1000)) >= 0) {
      // Until the client hangs up.
    }
  }

  private static void say(SocketChannel client, byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      client.write(out);
    }
  }

  @Test
  void otherUser_isToldSo_howeverTheBusRefusesHim() {
    List<Peer> ways =
        List.of(
            client -> say(client, "REJECTED EXTERNAL\r\n"),
            client -> say(client, OK),
            client -> say(client, OK + "l\2\0\1"));
    for (Peer way : ways) {
      SourceException why = whyNot(way);

      assertThat(why.reason()).isEqualTo(Reason.FORBIDDEN);
      assertThat(why.fix()).contains("as the user");
    }
  }

  @Test
  void webServer_isNoBus() {
    assertThat(whyNot(client -> say(client, "HTTP/1.1 400 Bad Request\r\n\r\n")).reason())
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void lineWithoutEnd_isNotReadForever() {
    assertThat(whyNot(client -> say(client, "x".repeat(10_000))).reason())
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void busThatHangsUp_isNoBus() {
    assertThat(whyNot(_ -> {}).reason()).isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void busThatIsSilent_costsItsTimeOnly() {
    assertThat(whyNot(client -> sayAndListen(client, OK)).reason()).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void busThatTalksOnAndOn_costsItsTimeOnly() {
    byte[] signal = BusMessage.call(7, ":1.1", new BusCall("/", "a.b", "C"), "", new BusWriter());
    signal[1] = 4;

    assertThat(
            whyNot(
                    client -> {
                      say(client, OK);
                      while (true) {
                        say(client, signal);
                      }
                    })
                .reason())
        .isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void messageThatSaysItIsHuge_isNotWaitedFor() {
    String start = "l\2\0\1\377\377\377\177\1\0\0\0\0\0\0\0";

    assertThat(whyNot(client -> sayAndListen(client, OK + start)).reason())
        .isEqualTo(Reason.MALFORMED);
  }

  /// Whatever is changed in a message, it is read, or refused as none.
  @Test
  void messageWithAnyByteChanged_isReadOrRefused() {
    byte[] good =
        BusMessage.call(
            7,
            "a.b",
            new BusCall("/path", "a.b", "C"),
            "a{ss}",
            new BusWriter().dictionary(Map.of("key", "value", "other", "x")));
    Random random = new Random(4);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try (BusMessage message = BusMessage.parse(bad)) {
        BusMessage.length(bad);
        assertThat(message.body("a{ss}").dictionary()).hasSizeLessThanOrEqualTo(2);
      } catch (BusReader.MalformedMessageException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 19_999);
  }
}
