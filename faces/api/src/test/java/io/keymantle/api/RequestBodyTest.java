package io.keymantle.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RequestBodyTest {
  private static final int FULL = 256 * 1024;

  private final AtomicInteger resumed = new AtomicInteger();
  private final RequestBody body = new RequestBody(resumed::incrementAndGet);

  @Test
  void sender_isPausedWhenNothingMoreFits_andToldOnceWhenThereIsRoom() throws IOException {
    assertThat(body.offer(new byte[FULL - 1])).isTrue();
    assertThat(body.offer(new byte[1])).isFalse();
    assertThat(resumed).hasValue(0);

    assertThat(body.read(new byte[1000])).isEqualTo(1000);
    assertThat(body.read(new byte[1000])).isEqualTo(1000);

    assertThat(resumed).hasValue(1);
    assertThat(body.offer(new byte[1])).isTrue();
  }

  @Test
  void sender_thatWasNeverPaused_isToldNothing() throws IOException {
    body.offer("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    body.end();

    assertThat(body.readAllBytes()).hasSize(3);
    assertThat(resumed).hasValue(0);
  }

  @Test
  void callerThatWentAway_isAnError_afterWhatHasArrived() throws IOException {
    body.offer(new byte[2]);
    body.fail();

    assertThat(body.read(new byte[10])).isEqualTo(2);
    assertThatThrownBy(body::read).isInstanceOf(IOException.class);
  }
}
