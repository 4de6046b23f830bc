package io.keymantle.redeem;

import io.keymantle.redaction.RedactionSet;
import io.keymantle.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// Compiles what must be masked for one agent: the values of all its live grants, earlier ones too.
final class Redactions {
  private Redactions() {}

  /// Completes the future; one that fails is not kept, so that the next reply tries again.
  static void compile(AgentEntry agent, CompletableFuture<RedactionSet> future) {
    Map<String, List<SecretBytes>> values = new TreeMap<>();
    try {
      for (GrantEntry grant : agent.grants()) {
        if (grant.isLive()) {
          values
              .computeIfAbsent(grant.credential().value(), _ -> new ArrayList<>())
              .addAll(grant.values().copies(grant));
        }
      }
      future.complete(RedactionSet.compile(values));
    } catch (RuntimeException e) {
      agent.redactions().compareAndSet(future, null);
      future.completeExceptionally(e);
    } finally {
      values.values().forEach(each -> each.forEach(SecretBytes::close));
    }
  }
}
