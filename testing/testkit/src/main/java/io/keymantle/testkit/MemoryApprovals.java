package io.keymantle.testkit;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalStore;
import io.keymantle.domain.ApprovalId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Approvals in memory.
final class MemoryApprovals implements ApprovalStore {
  private final Map<ApprovalId, Approval> approvals = new LinkedHashMap<>();
  private final Runnable requireWritable;

  /// @param requireWritable refuses while the store is to fail
  MemoryApprovals(Runnable requireWritable) {
    this.requireWritable = requireWritable;
  }

  @Override
  public synchronized List<Approval> all() {
    return List.copyOf(approvals.values());
  }

  @Override
  public synchronized void add(Approval approval) {
    requireWritable.run();
    approvals.put(approval.id(), approval);
  }

  @Override
  public synchronized boolean replace(Approval approval) {
    requireWritable.run();
    Approval before = approvals.get(approval.id());
    if (before == null || before.version() != approval.version() - 1) {
      return false;
    }
    approvals.put(approval.id(), approval);
    return true;
  }

  @Override
  public synchronized void purge(Instant endedBefore) {
    requireWritable.run();
    approvals.values().removeIf(each -> each.endedAt().filter(endedBefore::isAfter).isPresent());
  }
}
