package io.keymantle.redaction;

import static io.keymantle.redaction.Streams.bytes;
import static io.keymantle.redaction.Streams.redact;
import static io.keymantle.redaction.Streams.set;
import static io.keymantle.redaction.Streams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.redaction.Streams.Collected;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RedactorTest {
  private static final String TOKEN = "ghp_q7Zt2LwX9mKe4RvB";

  @Test
  void everySplit_givesTheSameOutput() {
    RedactionSet set =
        set("a", TOKEN, "b", TOKEN + "-longer", "c", "mKe4RvB-lon", "d", "aaaaaaaa", "e", "aaab");
    String document =
        "aaaaaaaaaaab {\"t\":\""
            + TOKEN
            + "\",\"u\":\""
            + TOKEN
            + "-longer\"} "
            + TOKEN.substring(0, 19)
            + " x"
            + TOKEN
            + TOKEN
            + "-long mKe4RvB-longaaaaaaa";
    byte[] input = bytes(document);
    String expected = text(redact(set, input));
    assertThat(expected)
        .startsWith("[redacted:d][redacted:e] {")
        .contains(
            "\"t\":\"[redacted:a]\",\"u\":\"[redacted:b]\"} ghp_q7Zt2LwX9mKe4Rv x[redacted:a]")
        .endsWith(" [redacted:c]gaaaaaaa");
    for (int first = 0; first <= input.length; first++) {
      for (int second = first; second <= input.length; second++) {
        assertThat(text(redact(set, input, first, second))).isEqualTo(expected);
      }
    }
  }

  @Test
  void ordinaryEnd_isNotHeldBack() {
    Redactor redactor = set("a", TOKEN).newRedactor();
    Collected out = new Collected();
    byte[] event = bytes("data: {\"choices\":[]}\n\n");
    redactor.update(ByteBuffer.wrap(event), out);
    assertThat(redactor.held()).isZero();
    assertThat(out.toByteArray()).isEqualTo(event);
    assertThat(out.fromInput).containsExactly(true);
  }

  @Test
  void beginningOfSecret_isHeldExactly() {
    Redactor redactor = set("a", TOKEN).newRedactor();
    Collected out = new Collected();
    redactor.update(ByteBuffer.wrap(bytes("some ordinary text ghp_q7Z")), out);
    assertThat(redactor.held()).isEqualTo(7);
    assertThat(out).hasToString("some ordinary text ");
    redactor.update(ByteBuffer.wrap(bytes("!")), out);
    assertThat(redactor.held()).isZero();
    assertThat(out).hasToString("some ordinary text ghp_q7Z!");
  }

  @Test
  void completeSecret_isMaskedAtOnce() {
    Redactor redactor = set("a", TOKEN).newRedactor();
    Collected out = new Collected();
    redactor.update(ByteBuffer.wrap(bytes("x " + TOKEN)), out);
    assertThat(out).hasToString("x [redacted:a]");
    assertThat(redactor.held()).isZero();
    assertThat(redactor.hits()).isEqualTo(1);
    assertThat(out.hits).containsExactly("a raw");
  }

  @Test
  void unfinishedSecret_comesOutAtTheEnd() {
    RedactionSet set = set("a", TOKEN);
    String input = TOKEN.substring(0, TOKEN.length() - 1);
    assertThat(redact(set, input)).isEqualTo(input);
    assertThat(redact(set, "")).isEmpty();
  }

  @Test
  void secretAtStartAndEnd_andRepeated_isMaskedEachTime() {
    RedactionSet set = set("a", TOKEN);
    assertThat(redact(set, TOKEN + TOKEN + " " + TOKEN))
        .isEqualTo("[redacted:a][redacted:a] [redacted:a]");
  }

  @Test
  void secretInsideAnother_isMaskedAsTheLarger() {
    RedactionSet set = set("inner", "Q7Zt2LwX9m", "outer", "abQ7Zt2LwX9mcd", "prefix", "abQ7Zt2L");
    assertThat(redact(set, "-abQ7Zt2LwX9mcd-")).isEqualTo("-[redacted:outer]-");
    assertThat(redact(set, "-abQ7Zt2LwX9mc-")).isEqualTo("-[redacted:prefix][redacted:inner]c-");
    assertThat(redact(set, "-abQ7Zt2L-Q7Zt2LwX9m"))
        .isEqualTo("-[redacted:prefix]-[redacted:inner]");
  }

  @Test
  void overlappingSecrets_leaveNoByteOfEither() {
    RedactionSet set = set("one", "passw0rdXY", "two", "XY-and-another-one");
    assertThat(redact(set, "passw0rdXY-and-another-one."))
        .isEqualTo("[redacted:one][redacted:two].");
  }

  @Test
  void maskedBytes_doNotStartAnotherSecret_unlessTheyDo() {
    RedactionSet set = set("one", "aaaaaaaa");
    assertThat(redact(set, "aaaaaaaaaaaaaaaaaaab")).isEqualTo("[redacted:one]b");
  }

  @Test
  void directAndReadOnlyBuffers_areRedactedLikeHeapOnes() {
    RedactionSet set = set("a", TOKEN);
    byte[] input = bytes(("x".repeat(9_000) + TOKEN).repeat(9));
    String expected = ("x".repeat(9_000) + "[redacted:a]").repeat(9);
    ByteBuffer direct = ByteBuffer.allocateDirect(input.length + 3).put(new byte[3]).put(input);
    for (ByteBuffer buffer :
        new ByteBuffer[] {direct.flip().position(3), ByteBuffer.wrap(input).asReadOnlyBuffer()}) {
      Redactor redactor = set.newRedactor();
      Collected out = new Collected();
      redactor.update(buffer, out);
      redactor.finish(out);
      assertThat(out).hasToString(expected);
      assertThat(buffer.hasRemaining()).isFalse();
    }
  }

  @Test
  void partOfArray_isRedactedWithinItsBoundsOnly() {
    RedactionSet set = set("a", TOKEN);
    byte[] array = bytes(TOKEN + "0123456789" + TOKEN);
    ByteBuffer buffer = ByteBuffer.wrap(array, 1, array.length - 2).slice();
    Collected out = new Collected();
    Redactor redactor = set.newRedactor();
    redactor.update(buffer, out);
    redactor.finish(out);
    assertThat(out).hasToString(TOKEN.substring(1) + "0123456789" + TOKEN.substring(0, 19));
  }

  @Test
  void redactor_servesOneStreamAfterTheOther() {
    Redactor redactor = set("a", TOKEN).newRedactor();
    Collected out = new Collected();
    redactor.update(ByteBuffer.wrap(bytes(TOKEN.substring(0, 9))), out);
    redactor.finish(out);
    redactor.update(ByteBuffer.wrap(bytes(TOKEN.substring(9))), out);
    redactor.finish(out);
    assertThat(out).hasToString(TOKEN);
    assertThat(redactor.hits()).isZero();
  }

  @Test
  void redactor_showsNothing() {
    assertThat(set("a", TOKEN).newRedactor()).hasToString("[redactor]");
  }
}
