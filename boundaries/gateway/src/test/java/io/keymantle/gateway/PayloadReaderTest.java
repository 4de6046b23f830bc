package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.gateway.HeadReader.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadReaderTest {
  private static final String BODY = "5\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX-T: v\r\n\r\n";

  private static String read(PayloadReader reader, String... parts) {
    StringBuilder body = new StringBuilder();
    ByteBuf in = Unpooled.buffer();
    for (String part : parts) {
      in.writeCharSequence(part, StandardCharsets.ISO_8859_1);
      for (ByteBuf piece = reader.next(in); piece != null; piece = reader.next(in)) {
        body.append(piece.toString(StandardCharsets.ISO_8859_1));
        piece.release();
      }
    }
    return body.toString();
  }

  private static PayloadReader chunked() {
    PayloadReader reader = new PayloadReader(1024, 16);
    reader.start(Framing.CHUNKED);
    return reader;
  }

  @Test
  void chunkedBody_splitAtEveryByte_readsAlike() {
    for (int split = 0; split <= BODY.length(); split++) {
      PayloadReader reader = chunked();
      assertThat(read(reader, BODY.substring(0, split), BODY.substring(split)))
          .isEqualTo("hello0123456789");
      assertThat(reader.isDone()).isTrue();
      assertThat(reader.trailers().value("x-t")).isEqualTo("v");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5;a=b\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhell\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\n",
        "8000000000000000\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "0\r\nHost: a\r\n\r\n",
        "0\r\n folded: a\r\n\r\n",
        "0\r\nbad\r\n\r\n",
        "0\r\nX: a\n\r\n",
      })
  void chunking_thatParsersReadDifferently_isRefused(String body) {
    assertThatThrownBy(() -> read(chunked(), body)).isInstanceOf(Malformed.class);
  }

  @Test
  void body_ofKnownLength_leavesTheRestAlone() {
    PayloadReader reader = new PayloadReader(1024, 16);
    reader.start(Framing.length(5));
    ByteBuf in = Unpooled.copiedBuffer("helloGET", StandardCharsets.ISO_8859_1);
    assertThat(reader.next(in).toString(StandardCharsets.ISO_8859_1)).isEqualTo("hello");
    assertThat(reader.next(in)).isNull();
    assertThat(reader.isDone()).isTrue();
    assertThat(in.readableBytes()).isEqualTo(3);
  }
}
