package io.keymantle.control;

import java.util.List;

/// A new run with its agent token (`kma_…`), shown once, and a grant for each credential asked for.
public record StartedRun(Run run, String token, List<IssuedGrant> grants) {
  public StartedRun {
    grants = List.copyOf(grants);
  }

  @Override
  public String toString() {
    return "StartedRun[" + run.id() + "]";
  }
}
