package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Keeps one agent, or person, from wearing people out with questions. Not thread-safe.
final class ApprovalLimits {
  static final int OPEN = 20;
  static final int NEW = 30;
  static final Duration SPAN = Duration.ofMinutes(10);

  private final Map<Actor, ArrayDeque<Instant>> asked = new HashMap<>();

  /// Counts a further question.
  ///
  /// @param open how many of this asker's are open
  /// @throws RefusedException with `rate_limited`
  void count(Actor asker, long open, Instant now) {
    ArrayDeque<Instant> recent = asked.computeIfAbsent(asker, _ -> new ArrayDeque<>());
    while (!recent.isEmpty() && !recent.peekFirst().plus(SPAN).isAfter(now)) {
      recent.removeFirst();
    }
    if (open >= OPEN || recent.size() >= NEW) {
      throw RefusedException.of(
          ErrorCode.RATE_LIMITED,
          asker
              + " has "
              + open
              + " questions open and asked "
              + recent.size()
              + " in ten minutes, of "
              + OPEN
              + " and "
              + NEW
              + " that people are troubled with",
          "wait for answers, or ask a person to run: keymantle approval list");
    }
    recent.addLast(now);
  }
}
