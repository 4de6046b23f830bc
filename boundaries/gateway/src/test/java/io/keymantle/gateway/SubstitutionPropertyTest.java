package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SubstitutionPropertyTest {
  @Test
  void request_withTokensAnywhere_isRefusedOrHasTheValueOnItsSurfaceOnly() {
    int substituted = 0;
    for (long seed = 0; seed < 6_000; seed++) {
      byte[] script = new byte[64];
      new Random(seed).nextBytes(script);
      try {
        substituted += new SubstitutionScript(script).holds() ? 1 : 0;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(substituted).as("requests with a value put in").isGreaterThan(500);
  }
}
