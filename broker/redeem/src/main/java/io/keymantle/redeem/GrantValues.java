package io.keymantle.redeem;

import io.keymantle.control.Refusals;
import io.keymantle.domain.Credential;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The values that were read for one grant: the current one, and those before it, which replies may
/// still show. Read at most once each; all are zeroed when the grant ends. Thread-safe.
final class GrantValues {
  private final SecretValues source;
  private final List<SecretBytes> earlier = new ArrayList<>();
  private final LentCodes codes = new LentCodes();
  private volatile @Nullable SecretBytes current;
  private boolean earlierRead;
  private long renewals;
  private boolean closed;

  GrantValues(SecretValues source) {
    this.source = source;
  }

  /// The current value if it was read already. Owned by this; never waits.
  @Nullable SecretBytes warm() {
    return current;
  }

  /// The current value; reads it when that was not done yet, and may block for that.
  ///
  /// @throws RefusedException when it cannot be read, or the grant ended
  SecretBytes load(GrantEntry grant) {
    while (true) {
      SecretBytes warm = current;
      if (warm != null) {
        return warm;
      }
      long before = renewalsNow();
      // Not under the lock: a source may take long, and ending the grant must not wait for it.
      SecretBytes read = source.current(grant.current());
      SecretBytes kept = keep(grant, read, before);
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

  private synchronized @Nullable SecretBytes keep(
      GrantEntry grant, SecretBytes read, long renewalsBefore) {
    if (closed) {
      read.close();
      throw new RefusedException(Refusals.grantRevoked(grant.grant()));
    }
    SecretBytes other = current;
    if (other != null || renewals != renewalsBefore) {
      read.close();
      return other;
    }
    current = read;
    return read;
  }

  /// The value has changed: the next use reads it anew, the old one stays known for redaction.
  synchronized void renew() {
    renewals++;
    earlierRead = false;
    SecretBytes before = current;
    current = null;
    if (before != null) {
      earlier.add(before);
    }
  }

  /// Copies of all values that a reply may show. May block. The caller closes them.
  ///
  /// @throws RefusedException when one cannot be read for another reason than that there is none
  List<SecretBytes> copies(GrantEntry grant) {
    readEarlier(grant.current());
    try {
      load(grant);
    } catch (RefusedException e) {
      switch (e.problem().code()) {
        case SOURCE_NOT_FOUND, GRANT_REVOKED -> {}
        default -> throw e;
      }
    }
    synchronized (this) {
      List<SecretBytes> copies = new ArrayList<>();
      if (closed) {
        return copies;
      }
      SecretBytes now = current;
      if (now != null) {
        copies.add(now.copy());
      }
      earlier.forEach(value -> copies.add(value.copy()));
      SeedForms.addTo(copies, grant.current());
      copies.addAll(codes.copies());
      return copies;
    }
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
    SecretBytes now = current;
    current = null;
    if (now != null) {
      now.close();
    }
    earlier.forEach(SecretBytes::close);
    earlier.clear();
    codes.close();
  }
}
