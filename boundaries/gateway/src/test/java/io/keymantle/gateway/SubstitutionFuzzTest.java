package io.keymantle.gateway;

import com.code_intelligence.jazzer.junit.FuzzTest;

final class SubstitutionFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void request_ofAnyShape_isRefusedOrHasTheValueOnItsSurfaceOnly(byte[] script) {
    var _ = new SubstitutionScript(script).holds();
  }
}
