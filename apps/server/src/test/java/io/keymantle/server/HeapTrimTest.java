package io.keymantle.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapTrimTest {
  @Test
  void heapGrownByGarbage_isCollected() {
    HeapTrim trim = new HeapTrim();
    trim.look();
    List<byte[]> held = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      held.add(new byte[1 << 20]);
    }
    long full = used();
    assertThat(held).hasSize(128);
    held.clear();
    trim.look();
    assertThat(used()).isLessThan(full - (96L << 20));
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
