package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.LedgerEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EntryEncoderTest {
  @Test
  void anEntryIsOneCanonicalLineWithoutEmptyParts() {
    assertThat(json(Events.intent("op-1")))
        .isEqualTo(
            "{\"v\":1,\"at\":\"2026-11-21T02:06:20.123456Z\",\"kind\":\"redemption\","
                + "\"phase\":\"intent\",\"op\":\"op-1\",\"actor\":\"agent:main\","
                + "\"credential\":\"github-api\",\"grant\":\"g_1\","
                + "\"destination\":\"https://api.github.com\",\"method\":\"GET\","
                + "\"path\":\"/repos/a/b\"}");
    assertThat(json(event(Instant.EPOCH, "", Map.of("b", "2", "a", "1"))))
        .isEqualTo(
            "{\"v\":1,\"at\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"broker\","
                + "\"phase\":\"fact\",\"detail\":{\"a\":\"1\",\"b\":\"2\"}}");
  }

  @Test
  void anyTextComesBackAsItWas() {
    var random = new Random(3);
    for (int round = 0; round < 2_000; round++) {
      String text = text(random, random.nextInt(40));
      Map<String, String> detail = new TreeMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        detail.put(text(random, 5), text(random, 10));
      }
      LedgerEvent event = event(instant(random), text, detail);
      byte[] bytes = EntryEncoder.encode(event);
      assertThat(EntryDecoder.decode(0, bytes)).isEqualTo(event);
      assertThat(EntryEncoder.encode(EntryDecoder.decode(0, bytes))).isEqualTo(bytes);
      assertThat(new String(bytes, StandardCharsets.UTF_8)).doesNotContain("\n", "\r", "\0");
    }
  }

  @Test
  void theTimeIsThatOfJavaTimeInMicroseconds() {
    var random = new Random(4);
    for (int round = 0; round < 5_000; round++) {
      Instant at = instant(random);
      assertThat(EntryDecoder.decode(0, EntryEncoder.encode(event(at, "", Map.of()))).at())
          .isEqualTo(at);
    }
  }

  @Test
  void aLongTextIsCutBetweenCharactersAndMarked() {
    for (int length = 4_080; length < 4_110; length++) {
      String path = "x".repeat(length % 7) + "\ud83d\ude00\u00e9\"".repeat(length / 4);
      byte[] bytes = EntryEncoder.encode(event(Events.NOW, path, Map.of()));
      String back = EntryDecoder.decode(0, bytes).path();
      assertThat(back).endsWith(EntryEncoder.CUT);
      assertThat(path).startsWith(back.substring(0, back.length() - EntryEncoder.CUT.length()));
      assertThat(bytes.length).isLessThan(4_300);
    }
  }

  @Test
  void noEntryIsLongerThanABundleCanHold() {
    Map<String, String> detail = new TreeMap<>();
    for (int i = 0; i < 100; i++) {
      detail.put("key-" + i, "\u0001".repeat(10_000));
    }
    String huge = "\u0001".repeat(100_000);
    var event =
        new LedgerEvent(
            Events.NOW,
            LedgerEvent.Kind.EGRESS,
            LedgerEvent.Phase.FACT,
            huge,
            huge,
            huge,
            huge,
            huge,
            huge,
            huge,
            huge,
            huge,
            detail);
    byte[] bytes = EntryEncoder.encode(event);
    assertThat(bytes.length).isLessThanOrEqualTo(EntryEncoder.MAX_ENTRY);
    LedgerEvent back = EntryDecoder.decode(0, bytes);
    assertThat(back.detail()).containsKey(EntryEncoder.CUT);
    int shown = back.detail().size() - 1;
    assertThat(back.detail()).containsEntry(EntryEncoder.CUT, Integer.toString(100 - shown));
  }

  @Test
  void aLoneSurrogateBecomesTheReplacementCharacter() {
    LedgerEvent event = event(Events.NOW, "a\ud800b", Map.of());
    assertThat(EntryDecoder.decode(0, EntryEncoder.encode(event)).path()).isEqualTo("a\ufffdb");
  }

  private static Instant instant(Random random) {
    return Instant.ofEpochSecond(random.nextLong(-62_000_000_000L, 253_000_000_000L))
        .plusNanos(random.nextInt(1_000_000) * 1_000L);
  }

  private static String text(Random random, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int point =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> 0x20 + random.nextInt(0x60);
            case 2 -> 0x80 + random.nextInt(0xd000);
            default -> 0x10000 + random.nextInt(0x1000);
          };
      text.appendCodePoint(point);
    }
    return text.toString();
  }

  private static LedgerEvent event(Instant at, String path, Map<String, String> detail) {
    return new LedgerEvent(
        at,
        LedgerEvent.Kind.BROKER,
        LedgerEvent.Phase.FACT,
        "",
        "",
        "",
        "",
        "",
        "",
        path,
        "",
        "",
        detail);
  }

  private static String json(LedgerEvent event) {
    return new String(EntryEncoder.encode(event), StandardCharsets.UTF_8);
  }
}
