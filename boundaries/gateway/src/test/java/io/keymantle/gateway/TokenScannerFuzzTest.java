package io.keymantle.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;

/// Whatever the bytes and however they are cut: a stream stops at what a scan of the whole finds,
/// and passes all else unchanged. Byte 1 and a seed stand for a token in some form.
final class TokenScannerFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void stream_ofAnyCut_findsWhatTheWholeHolds(byte[] data) {
    byte[] text = expanded(data);
    int size = data.length == 0 ? 1 : 1 + (data[0] & 63);
    List<TokenScanner.Found> whole = TokenScanner.scan(text, 0, text.length);
    boolean expected =
        whole.stream().anyMatch(found -> found.end() - found.start() <= TokenScanner.MAX_HELD / 2);
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    boolean refused = false;
    BodyTokenScanner stream =
        new BodyTokenScanner(
            found -> RefusedException.of(ErrorCode.SURFACE_MISMATCH, "a token", ""));
    try {
      for (int at = 0; at < text.length; at += size) {
        int length = Math.min(size, text.length - at);
        put(passed, stream.piece(Unpooled.copiedBuffer(text, at, length)));
      }
      put(passed, stream.finish());
    } catch (RefusedException e) {
      refused = true;
    }
    if (expected) {
      assertThat(refused).isTrue();
    }
    if (refused) {
      assertThat(whole).isNotEmpty();
      byte[] out = passed.toByteArray();
      assertThat(TokenScanner.scan(out, 0, out.length)).isEmpty();
    } else {
      assertThat(passed.toByteArray()).isEqualTo(text);
    }
  }

  private static byte[] expanded(byte[] data) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; i < data.length && text.size() < 20_000; i++) {
      if (data[i] == 1 && i + 1 < data.length) {
        Random form = new Random(data[++i]);
        String token = TokenForms.random(SubstitutionFixture.token(5), form).text();
        text.writeBytes(token.getBytes(ISO_8859_1));
      } else {
        text.write(data[i]);
      }
    }
    return text.toByteArray();
  }

  private static void put(ByteArrayOutputStream passed, io.netty.buffer.ByteBuf bytes) {
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.readBytes(copy);
    passed.writeBytes(copy);
  }
}
