package io.keymantle.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeldBytesTest {
  @Test
  void keptBytes_areTheLastOfTheStream() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      HeldBytes held = new HeldBytes();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      int kept = 0;
      for (int round = 0; round < 60; round++) {
        byte[] piece = new byte[random.nextInt(1 << random.nextInt(10))];
        random.nextBytes(piece);
        all.writeBytes(piece);
        kept = random.nextInt(4) == 0 ? random.nextInt(kept + 1) : kept + piece.length;
        held.keep(kept, ByteBuffer.wrap(piece));
        byte[] stream = all.toByteArray();
        assertThat(held.copy(kept, 0))
            .isEqualTo(Arrays.copyOfRange(stream, stream.length - kept, stream.length));
        int last = random.nextInt(kept + 1);
        assertThat(held.copy(kept, last))
            .isEqualTo(Arrays.copyOfRange(stream, stream.length - kept, stream.length - last));
      }
    }
  }
}
