package io.keymantle.gateway;

import io.keymantle.secret.SecretLease;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The leases of one request, in the order of its redemptions. Confined to its loop.
final class LeaseSlots {
  private final @Nullable SecretLease[] slots;
  private int missing;

  LeaseSlots(int count) {
    this.slots = new SecretLease[count];
    this.missing = count;
  }

  void put(int slot, SecretLease lease) {
    slots[slot] = lease;
    missing--;
  }

  boolean isMissing() {
    return missing > 0;
  }

  List<SecretLease> all() {
    List<SecretLease> all = new ArrayList<>(slots.length);
    for (SecretLease lease : slots) {
      if (lease != null) {
        all.add(lease);
      }
    }
    return all;
  }

  /// Records how the redemptions ended, and lets go of them. Once; later calls do nothing.
  void end(String result, String code) {
    for (int i = 0; i < slots.length; i++) {
      SecretLease lease = slots[i];
      if (lease != null) {
        lease.outcome(result, code);
        lease.close();
        slots[i] = null;
      }
    }
  }
}
