package io.keymantle.e2e;

import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// What was acknowledged and checked, and what was wrong. Thread-safe.
final class CrashReport {
  private static final int SHOWN = 20;

  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private int passed;
  private int failed;

  void count(String what) {
    counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
  }

  void check(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
  }

  /// Ends a case: it passed when no problem came up since the last one.
  void endCase(String name) {
    if (problems.isEmpty()) {
      passed++;
      return;
    }
    failed++;
    System.out.println("FAILED " + name);
    problems.stream().limit(SHOWN).forEach(each -> System.out.println("  " + each));
    if (problems.size() > SHOWN) {
      System.out.println("  and " + (problems.size() - SHOWN) + " more");
    }
    problems.clear();
  }

  boolean allPassed() {
    return failed == 0;
  }

  String verdict() {
    return passed + " passed, " + failed + " failed";
  }

  /// The counts, one per line.
  String counts() {
    StringBuilder lines = new StringBuilder();
    counts.forEach((what, count) -> lines.append("  %8d %s%n".formatted(count.sum(), what)));
    return lines.toString();
  }
}
