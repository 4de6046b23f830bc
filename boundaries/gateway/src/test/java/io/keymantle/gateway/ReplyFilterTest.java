package io.keymantle.gateway;

import static io.keymantle.gateway.ReplyFixture.VALUE;
import static io.keymantle.gateway.ReplyFixture.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.redaction.RedactionSet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplyFilterTest {
  private static final String MASK = "[redacted:github-api]";

  private final ReplyFixture fixture = new ReplyFixture();

  @Test
  void head_withValueInReasonNameAndFields_isMasked() {
    String hex = java.util.HexFormat.of().formatHex(VALUE.getBytes(ISO_8859_1));
    var seen =
        fixture.reply(
            head(
                401,
                "Bad " + VALUE,
                "Content-Type: text/plain",
                "X-Echo: Bearer " + VALUE,
                "Location: https://x/?t=" + hex,
                "X-" + VALUE + ": 1",
                "Set-Cookie: a=" + Base64.getEncoder().encodeToString(VALUE.getBytes(ISO_8859_1))),
            "no");

    assertThat(seen.head())
        .startsWith("HTTP/1.1 401 Bad " + MASK + "\r\nContent-Type: text/plain\r\n")
        .contains("X-Echo: Bearer " + MASK + "\r\n")
        .contains("Location: https://x/?t=" + MASK + "\r\n")
        .contains("Set-Cookie: a=" + MASK)
        .doesNotContain("X-[", "X-s3");
    assertThat(fixture.hits).contains("github-api/hex", "github-api/base64").hasSize(5);
  }

  @Test
  void body_withoutValue_passesAsTheSameMemory() {
    ReplyFilter filter =
        fixture.filters.filter(fixture.context(), head(200, "OK", "ETag: \"x\""), true);
    ByteBuf piece = Unpooled.copiedBuffer("{\"all\":\"is well\"}", ISO_8859_1);
    List<ByteBuf> out = new ArrayList<>();

    filter.piece(piece, out::add);

    assertThat(out).singleElement().isSameAs(piece);
    assertThat(piece.refCnt()).isEqualTo(1);
    filter.close();
  }

  @ValueSource(
      strings = {
        "identity",
        "gzip",
        "x-gzip",
        "gzip-members",
        "deflate",
        "deflate-raw",
        "br",
        "zstd",
        "zstd-frames"
      })
  @ParameterizedTest
  void body_inAnyCodingAndCut_isMasked(String coding) {
    Random random = new Random(5);
    for (int round = 0; round < 30; round++) {
      StringBuilder plain = new StringBuilder();
      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        String noise = Long.toString(random.nextLong(), 36).repeat(1 + random.nextInt(30));
        plain.append(noise).append(VALUE).append(' ');
        expected.append(noise).append(MASK).append(' ');
      }
      byte[] body = ReplyFixture.encoded(coding, plain.toString().getBytes(ISO_8859_1));

      var seen =
          fixture.reply(
              head(
                  200,
                  "OK",
                  "Content-Encoding: " + ReplyFixture.wireName(coding),
                  "ETag: \"a\"",
                  "Content-MD5: x",
                  "Repr-Digest: y"),
              body,
              1 + random.nextInt(1 + random.nextInt(body.length)));

      assertThat(seen.text()).isEqualTo(expected.toString());
      assertThat(seen.head()).doesNotContain("MD5", "Digest");
      if (!coding.equals("identity")) {
        assertThat(seen.head()).doesNotContain("Content-Encoding").contains("ETag: W/\"a\"");
      }
    }
  }

  @ValueSource(strings = {"gzip", "deflate", "deflate-raw", "br", "zstd"})
  @ParameterizedTest
  void body_compressedAndCutOrDamaged_isRefused(String coding) {
    byte[] plain = new byte[20_000];
    new Random(6).nextBytes(plain);
    byte[] body = ReplyFixture.encoded(coding, plain);
    String field = "Content-Encoding: " + ReplyFixture.wireName(coding);

    assertThat(refusal(field, Arrays.copyOf(body, body.length - 1)))
        .isEqualTo(ErrorCode.REPLY_UNREADABLE);
    assertThat(refusal(field, Arrays.copyOf(body, body.length / 2)))
        .isEqualTo(ErrorCode.REPLY_UNREADABLE);
    assertThat(refusal(field, ("<html>" + VALUE + "</html>").getBytes(ISO_8859_1)))
        .isEqualTo(ErrorCode.REPLY_UNREADABLE);
  }

  private ErrorCode refusal(String field, byte[] body) {
    try {
      fixture.reply(head(200, "OK", field), body, 1000);
    } catch (RefusedException refused) {
      return refused.problem().code();
    }
    throw new AssertionError("not refused");
  }

  @ValueSource(strings = {"gzip, gzip", "compress", "snappy", "br, gzip", "gzip;q=1", "aes128gcm"})
  @ParameterizedTest
  void body_inUnknownOrNestedCoding_isRefused(String coding) {
    assertThat(refusal("Content-Encoding: " + coding, new byte[0]))
        .isEqualTo(ErrorCode.REPLY_UNREADABLE);
  }

  @Test
  void body_inUnknownCoding_passesWhenThereIsNothingToHide() {
    fixture.forgetValues();

    var seen = fixture.reply(head(200, "OK", "Content-Encoding: compress"), "abc");

    assertThat(seen.all()).contains("Content-Encoding: compress").endsWith("abc");
  }

  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  @ParameterizedTest
  void body_thatExplodes_isRefusedBeforeItFillsMemory(String coding) {
    byte[] bomb = ReplyFixture.encoded(coding, new byte[40 << 20]);

    assertThat(refusal("Content-Encoding: " + ReplyFixture.wireName(coding), bomb))
        .isEqualTo(ErrorCode.REPLY_TOO_LARGE);
  }

  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  @ParameterizedTest
  void body_emptyAlthoughEncoded_passes(String coding) {
    assertThat(fixture.reply(head(200, "OK", "Content-Encoding: " + coding), "").text()).isEmpty();
  }

  @Test
  void reply_withoutBody_keepsItsCodingAndIsMasked() {
    ReplyHead head = head(304, "Not Modified", "Content-Encoding: br", "X: " + VALUE);

    ReplyFilter filter = fixture.filters.filter(fixture.context(), head, false);

    assertThat(filter.passesBody()).isTrue();
    assertThat(head.fields().value("content-encoding")).isEqualTo("br");
    assertThat(head.fields().value("x")).isEqualTo(MASK);
  }

  @Test
  void events_areSentOnWithTheirPiece() {
    ReplyFilter filter =
        fixture.filters.filter(
            fixture.context(), head(200, "OK", "Content-Type: text/event-stream"), true);
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      String event = "event: e\ndata: {\"n\":" + i + ",\"t\":\"" + VALUE + "\"}\n\n";
      filter.piece(
          Unpooled.copiedBuffer(event, ISO_8859_1), out -> seen.append(out.toString(ISO_8859_1)));
      assertThat(seen.toString()).endsWith("\"" + MASK + "\"}\n\n");
    }
    filter.close();
  }

  @Test
  void stream_masksWhatWasGrantedSinceItBegan() {
    ReplyFilter filter = fixture.filters.filter(fixture.context(), head(200, "OK"), true);
    StringBuilder seen = new StringBuilder();
    filter.piece(bytes("first "), out -> seen.append(text(out)));
    fixture.broker.grant("later", "granted-later-1234", SubstitutionFixture.on("query:k"));

    filter.piece(bytes("granted-later-1234, " + VALUE + "."), out -> seen.append(text(out)));

    assertThat(seen.toString()).isEqualTo("first [redacted:later], " + MASK + ".");
    filter.close();
  }

  @Test
  void trailers_areMasked() {
    ReplyFilter filter = fixture.filters.filter(fixture.context(), head(200, "OK"), true);
    HeaderFields trailers = head(200, "OK", "X-T: a " + VALUE + " b").fields();

    filter.trailers(trailers);

    assertThat(trailers.value("x-t")).isEqualTo("a " + MASK + " b");
    filter.close();
  }

  @Test
  void webSocket_fromServer_isMaskedAcrossFragmentsAndControlFrames() {
    WebSocketFilter filter = fixture.filters.fromServer(fixture.context());
    String message = "x" + VALUE + "y";
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < message.length(); i++) {
      boolean end = i == message.length() - 1;
      seen.append(text(filter.piece(bytes(message.substring(i, i + 1)), end)));
      assertThat(text(filter.control(bytes("ping " + VALUE)))).isEqualTo("ping " + MASK);
    }

    assertThat(seen.toString()).isEqualTo("x" + MASK + "y");
  }

  @Test
  void webSocket_fromServer_masksWhatWasGrantedSinceItOpened() {
    fixture.values = RedactionSet.EMPTY;
    WebSocketFilter filter = fixture.filters.fromServer(fixture.context());
    fixture.broker.grant("later", "granted-later-1234", SubstitutionFixture.on("query:k"));

    assertThat(text(filter.piece(bytes("a granted-later-1234 b"), true)))
        .isEqualTo("a [redacted:later] b");
  }

  @Test
  void webSocket_fromClient_withTokenInFragments_isRefused() {
    String token = fixture.broker.grant("key", VALUE, SubstitutionFixture.on("query:k"));
    for (int cut = 1; cut < token.length(); cut++) {
      WebSocketFilter filter = fixture.filters.fromClient(fixture.context());
      String first = "{\"t\":\"" + token.substring(0, cut);
      String second = token.substring(cut) + "\"}";
      assertThatThrownBy(
              () -> {
                String passed = text(filter.piece(bytes(first), false));
                assertThat(passed).doesNotContain("kmt_");
                filter.piece(bytes(second), true);
              })
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused ->
                  assertThat(refused.problem().code()).isEqualTo(ErrorCode.SURFACE_MISMATCH));
    }
  }

  @Test
  void webSocket_fromClient_withoutToken_passesWhole() {
    WebSocketFilter filter = fixture.filters.fromClient(fixture.context());

    assertThat(
            text(filter.piece(bytes("hello kmt"), false)) + text(filter.piece(bytes("_ x"), true)))
        .isEqualTo("hello kmt_ x");
    assertThat(text(filter.control(bytes("kmt_")))).isEqualTo("kmt_");
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  private static String text(ByteBuf bytes) {
    return bytes.toString(ISO_8859_1);
  }
}
