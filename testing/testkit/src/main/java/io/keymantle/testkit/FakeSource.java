package io.keymantle.testkit;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A source of values in memory, of the scheme `fake` or another, that counts its reads, and holds
/// or fails them when told. Thread-safe.
public final class FakeSource implements SecretSource {
  private record Kept(String version, Optional<Duration> goodFor) {}

  private static final Kept FOR_GOOD = new Kept("", Optional.empty());

  private final Map<String, String> values = new ConcurrentHashMap<>();
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile Reason reason = Reason.FAILED;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private final String scheme;

  public FakeSource() {
    this("fake");
  }

  public FakeSource(String scheme) {
    this.scheme = scheme;
  }

  public void put(String locator, String value) {
    values.put(locator, value);
  }

  /// Gives the item a version, and says how long it may be kept.
  public void keepFor(String locator, String version, Duration time) {
    kept.put(locator, new Kept(version, Optional.of(time)));
  }

  /// Fails so many of the next reads.
  public void failing(Reason why, int times) {
    reason = why;
    failures.set(times);
  }

  /// Lets reads wait until [#letGo].
  public void hold() {
    gate = new CountDownLatch(1);
  }

  public void letGo() {
    gate.countDown();
  }

  /// How many reads wait now.
  public int waiting() {
    return waiting.get();
  }

  public int reads() {
    return reads.get();
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public void check(SourceReference reference) {
    if (reference.locator().isEmpty()) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION, "fake has no locator", "use fake:NAME");
    }
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    reads.incrementAndGet();
    waiting.incrementAndGet();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new SourceException(Reason.TIMEOUT, "the source was interrupted", "wait longer");
    } finally {
      waiting.decrementAndGet();
    }
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new SourceException(reason, "the source was told to fail", "tell it otherwise");
    }
    String value = values.get(reference.locator());
    if (value == null) {
      throw new SourceException(Reason.FAILED, "the source does not answer", "mend the source");
    }
    Kept how = kept.getOrDefault(reference.locator(), FOR_GOOD);
    return new SourceValue(
        SecretBytes.adopt(credential.value(), value.getBytes(StandardCharsets.UTF_8)),
        how.version(),
        how.goodFor());
  }
}
