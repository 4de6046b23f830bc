package io.keymantle.redeem;

import io.keymantle.control.Refusals;
import io.keymantle.domain.Credential;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretBytes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The values that were read for one grant: the current one, and those before it, which replies may
/// still show. Read at most once each, and anew when a source lets one be kept for less than the
/// grant lives; all are zeroed when the grant ends. Thread-safe.
final class GrantValues {
  /// How many values are masked after they ran out: a source that gives another each time would
  /// fill a long grant.
  private static final int MOST_EARLIER = 64;

  /// How long masking waits for a value that was not read yet, from when its reading begins.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final SecretValues source;
  private final InstantSource clock;
  private final List<SecretBytes> earlier = new ArrayList<>();
  private final LentCodes codes = new LentCodes();
  private volatile @Nullable KeptValue current;
  private boolean earlierRead;
  private long renewals;
  private boolean closed;

  /// Whether the value before the current one ran out, rather than was replaced by a person.
  private boolean expired;

  /// Whether replies are masked without the current value, since it was not read yet.
  private boolean lacking;

  /// The reading that was begun for masking alone; null before.
  private @Nullable CompletableFuture<Boolean> ahead;

  /// By [System#nanoTime]; of no meaning before the first such reading.
  private long waitUntil;

  GrantValues(SecretValues source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /// The current value if it was read already. Owned by this; never waits.
  @Nullable KeptValue warm() {
    KeptValue kept = current;
    return kept != null && kept.isGood(clock) ? kept : null;
  }

  /// The current value; reads it when that was not done yet, and may block for that.
  ///
  /// @throws RefusedException when it cannot be read, or the grant ended
  KeptValue load(GrantEntry grant) {
    while (true) {
      KeptValue warm = current;
      if (warm != null && warm.isGood(clock)) {
        return warm;
      }
      if (warm != null) {
        expire(warm);
      }
      long before = renewalsNow();
      // Not under the lock: a source may take long, and ending the grant must not wait for it.
      KeptValue read = KeptValue.of(source.current(grant.current()), clock);
      KeptValue kept = keep(grant, read, before);
      if (kept != null) {
        return kept;
      }
    }
  }

  /// What is put in: the value, or the code of the moment of one that is a seed. Owned by this.
  ///
  /// @throws RefusedException with `value_unusable` when it is to be a seed and is none
  SecretBytes lent(GrantEntry grant, SecretBytes value, Instant now) {
    Credential credential = grant.current();
    return switch (credential.kind()) {
      case VALUE -> value;
      case TOTP -> codes.at(credential, value, now, () -> grant.agent().redactions().set(null));
    };
  }

  private synchronized long renewalsNow() {
    return renewals;
  }

  private synchronized @Nullable KeptValue keep(
      GrantEntry grant, KeptValue read, long renewalsBefore) {
    if (closed) {
      read.bytes().close();
      throw new RefusedException(Refusals.grantRevoked(grant.grant()));
    }
    KeptValue other = current;
    if (other != null || renewals != renewalsBefore) {
      read.bytes().close();
      return other;
    }
    SecretBytes known = takeBack(read.bytes());
    KeptValue kept = known == null ? read : read.with(known);
    current = kept;
    if ((expired || lacking) && known == null) {
      // Replies were masked for the values of before only.
      grant.agent().redactions().set(null);
    }
    expired = false;
    lacking = false;
    return kept;
  }

  /// The earlier value that has become the current one again, rather than the copy that was read: a
  /// use may be under way with it. The copy is zeroed.
  private @Nullable SecretBytes takeBack(SecretBytes read) {
    for (SecretBytes each : earlier) {
      if (each.matches(read)) {
        earlier.remove(each);
        read.close();
        return each;
      }
    }
    return null;
  }

  /// What may not be kept any longer is not lent any more, but is masked on while the grant lives.
  private synchronized void expire(KeptValue kept) {
    if (kept.equals(current)) {
      current = null;
      earlier.add(kept.bytes());
      expired = true;
      if (earlier.size() > MOST_EARLIER) {
        earlier.removeFirst().close();
      }
    }
  }

  /// The value has changed: the next use reads it anew, the old one stays known for redaction.
  synchronized void renew() {
    renewals++;
    earlierRead = false;
    KeptValue before = current;
    current = null;
    if (before != null) {
      earlier.add(before.bytes());
    }
  }

  /// Copies of all values that a reply may show, as far as they are known. May block: a value of a
  /// source that was not read yet is read now, and waited for [#PATIENCE] at most. One that is not
  /// had by then can only be shown by a service that has it already; it is masked as soon as it is
  /// read, and always before it is put in. The caller closes them.
  ///
  /// @throws RefusedException when one of the store cannot be read for another reason than that
  ///   there is none
  List<SecretBytes> copies(GrantEntry grant) {
    readEarlier(grant.current());
    if (grant.current().source().isStore()) {
      loadIfThere(grant);
    } else {
      readAhead(grant);
    }
    synchronized (this) {
      List<SecretBytes> copies = new ArrayList<>();
      if (closed) {
        return copies;
      }
      KeptValue now = current;
      lacking = now == null;
      if (now != null) {
        copies.add(now.bytes().copy());
      }
      earlier.forEach(value -> copies.add(value.copy()));
      SeedForms.addTo(copies, grant.current());
      copies.addAll(codes.copies());
      return copies;
    }
  }

  private void loadIfThere(GrantEntry grant) {
    try {
      load(grant);
    } catch (RefusedException e) {
      switch (e.problem().code()) {
        case SOURCE_NOT_FOUND, SOURCE_PROPERTY_MISSING, GRANT_REVOKED -> {}
        default -> throw e;
      }
    }
  }

  /// Reads it, so that it is masked also where it was never used; a source that hangs or fails must
  /// not hold up what has nothing to do with it. It is waited for at the first time only.
  private void readAhead(GrantEntry grant) {
    CompletableFuture<Boolean> reading;
    long left;
    synchronized (this) {
      if (current != null || closed) {
        return;
      }
      reading = ahead;
      if (reading == null) {
        waitUntil = System.nanoTime() + PATIENCE.toNanos();
      }
      if (reading == null || reading.isDone()) {
        reading = new CompletableFuture<>();
        ahead = reading;
        begin(grant, reading);
      }
      left = waitUntil - System.nanoTime();
    }
    try {
      reading.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Masked as soon as it is there.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(GrantEntry grant, CompletableFuture<Boolean> reading) {
    Thread.startVirtualThread(() -> {
      try {
        load(grant);
      } catch (RefusedException e) {
        // Whoever uses it is told.
      } finally {
        reading.complete(true);
      }
    });
  }

  private void readEarlier(Credential credential) {
    synchronized (this) {
      if (earlierRead || closed) {
        return;
      }
    }
    List<SecretBytes> stored = source.earlier(credential);
    synchronized (this) {
      if (earlierRead || closed) {
        stored.forEach(SecretBytes::close);
        return;
      }
      earlierRead = true;
      earlier.addAll(stored);
    }
  }

  synchronized void close() {
    closed = true;
    KeptValue now = current;
    current = null;
    if (now != null) {
      now.bytes().close();
    }
    earlier.forEach(SecretBytes::close);
    earlier.clear();
    codes.close();
  }
}
