package io.keymantle.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.gateway.HeadReader.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Whatever the bytes of a body and however they are cut: the same comes out as of one piece, or it
/// is refused. The first byte says how the rest is cut.
final class BodyFuzzTest {
  private static final List<String> POINTERS = List.of("/a/b", "/token", "/list/0", "/~0~1");

  private static byte[] rest(byte[] data) {
    return data.length == 0 ? data : Arrays.copyOfRange(data, 1, data.length);
  }

  private static int size(byte[] data) {
    return data.length == 0 ? 1 : 1 + (data[0] & 31);
  }

  private static void cut(byte[] data, int size, Consumer<ByteBuf> to) {
    for (int at = 0; at < data.length; at += size) {
      to.accept(Unpooled.copiedBuffer(data, at, Math.min(size, data.length - at)));
    }
  }

  @FuzzTest(maxDuration = "60s")
  void chunks_ofAnyCut_giveWhatTheWholeGives(byte[] data) {
    assertThat(unchunked(rest(data), size(data))).isEqualTo(unchunked(rest(data), 1 << 20));
  }

  private static String unchunked(byte[] data, int size) {
    PayloadReader reader = new PayloadReader(1000, 4);
    reader.start(Framing.CHUNKED);
    StringBuilder body = new StringBuilder();
    ByteBuf in = Unpooled.buffer();
    try {
      cut(
          data,
          size,
          piece -> {
            in.writeBytes(piece);
            for (ByteBuf part = reader.next(in); part != null; part = reader.next(in)) {
              body.append(part.toString(ISO_8859_1));
            }
          });
    } catch (Malformed malformed) {
      return "malformed";
    }
    return body + (reader.isDone() ? "|" + in.toString(ISO_8859_1) : "…");
  }

  @FuzzTest(maxDuration = "60s")
  void frames_ofAnyCut_giveTheSameMessages(byte[] data) {
    String whole = relayed(rest(data), 1 << 20);
    assertThat(relayed(rest(data), size(data))).isEqualTo(whole);
  }

  /// What a client would read of a server's bytes: opcodes and payloads of messages, one a line.
  private static String relayed(byte[] data, int size) {
    ByteBuf out = Unpooled.buffer();
    boolean broken = false;
    try (WebSocketFrames frames =
        new WebSocketFrames(ByteBufAllocator.DEFAULT, false, new Random(1), null)) {
      cut(data, size, piece -> frames.feed(piece, out::writeBytes));
    } catch (WebSocketFrames.Broken e) {
      broken = true;
    }
    return messages(out) + (broken ? "broken" : "");
  }

  private static String messages(ByteBuf frames) {
    StringBuilder control = new StringBuilder();
    StringBuilder text = new StringBuilder();
    while (frames.isReadable()) {
      int first = frames.readUnsignedByte();
      int code = frames.readUnsignedByte();
      long length =
          code == 126 ? frames.readUnsignedShort() : code == 127 ? frames.readLong() : code;
      String payload = frames.readCharSequence((int) length, ISO_8859_1).toString();
      StringBuilder to = (first & 8) != 0 ? control : text;
      to.append((first & 15) == 0 ? "" : "\n" + (first & 15) + ":").append(payload);
      to.append((first & 0x80) != 0 ? "." : "");
    }
    return text + "\n" + control;
  }

  @FuzzTest(maxDuration = "60s")
  void compressed_ofAnyCut_isReadAlikeOrRefusedAndNeverExplodes(byte[] data) {
    if (data.length == 0) {
      return;
    }
    ContentCoding coding = ContentCoding.values()[(data[0] & 0xff) >> 5 & 3];
    assertThat(decoded(coding, rest(data), size(data)))
        .isEqualTo(decoded(coding, rest(data), 1 << 20));
  }

  private static String decoded(ContentCoding coding, byte[] data, int size) {
    long[] seen = new long[2];
    try (ContentDecoder decoder = coding.decoder()) {
      cut(
          data,
          size,
          piece ->
              decoder.decode(
                  piece.nioBuffer(),
                  bytes -> {
                    seen[0] += bytes.remaining();
                    while (bytes.hasRemaining()) {
                      seen[1] = seen[1] * 31 + bytes.get();
                    }
                  }));
      decoder.finish();
      return seen[0] + " " + seen[1];
    } catch (RefusedException refused) {
      assertThat(seen[0])
          .isLessThanOrEqualTo(
              ContentCoding.ALWAYS_ALLOWED + ContentCoding.MOST_PER_BYTE * data.length);
      return refused.problem().code().text();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void json_ofAnyBytes_isRefusedOrItsFieldsStandWhereTheyAreSaidTo(byte[] body) {
    for (BodyJson.Field field : fields(body)) {
      assertThat(field.start()).isBetween(0, field.end());
      assertThat(field.end()).isLessThanOrEqualTo(body.length);
      if (field.kind() != BodyJson.Kind.STRING) {
        continue;
      }
      byte[] text = BodyJson.text(body, field);
      try (SubstitutionBuffer out = new SubstitutionBuffer(body.length)) {
        out.put(body, 0, field.start());
        out.put((byte) '"');
        out.putJsonEscaped(text, 0, text.length);
        out.put((byte) '"');
        out.put(body, field.end(), body.length);
        byte[] again = out.toArray();
        assertThat(fields(again))
            .filteredOn(each -> each.pointer().equals(field.pointer()))
            .singleElement()
            .satisfies(each -> assertThat(BodyJson.text(again, each)).isEqualTo(text));
      }
    }
  }

  private static List<BodyJson.Field> fields(byte[] body) {
    try {
      return BodyJson.fields(
          body, POINTERS, why -> RefusedException.of(ErrorCode.INVALID_REQUEST, why, ""));
    } catch (RefusedException refused) {
      return List.of();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void pairs_withoutAToken_stayAsTheyAre(byte[] body) {
    if (!TokenScanner.scan(body, 0, body.length).isEmpty()) {
      return;
    }
    try (SubstitutionBuffer out = new SubstitutionBuffer(body.length);
        SubstitutionValues none = new SubstitutionValues(true)) {
      SubstitutionPairs.of(body).replace(List.of(), none, true, out);
      assertThat(out.toArray()).isEqualTo(body);
    }
  }
}
