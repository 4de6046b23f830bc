package io.keymantle.testkit;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SecretSource;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A source of values in memory, with the scheme `fake`, that counts its reads. Thread-safe.
public final class FakeSource implements SecretSource {
  private final Map<String, String> values = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();

  public void put(String locator, String value) {
    values.put(locator, value);
  }

  public int reads() {
    return reads.get();
  }

  @Override
  public String scheme() {
    return "fake";
  }

  @Override
  public void check(SourceReference reference) {
    if (reference.locator().isEmpty()) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION, "fake has no locator", "use fake:NAME");
    }
  }

  @Override
  public SecretBytes read(CredentialName credential, SourceReference reference) {
    reads.incrementAndGet();
    String value = values.get(reference.locator());
    if (value == null) {
      throw RefusedException.about(
          credential, ErrorCode.SOURCE_FAILED, "the source does not answer", "mend the source");
    }
    return SecretBytes.adopt(credential.value(), value.getBytes(StandardCharsets.UTF_8));
  }
}
