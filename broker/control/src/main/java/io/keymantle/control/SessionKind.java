package io.keymantle.control;

import java.time.Duration;
import java.util.Locale;

/// Where a person's session is held, which fixes how long it lives.
public enum SessionKind {
  /// A file of the person's home: 15 minutes, whether it is used or not.
  COMMAND_LINE(Duration.ofMinutes(15), Duration.ofMinutes(15)),
  /// A browser's cookie: 12 hours, and 30 minutes without use.
  CONSOLE(Duration.ofHours(12), Duration.ofMinutes(30));

  private final Duration lifetime;
  private final Duration idle;

  SessionKind(Duration lifetime, Duration idle) {
    this.lifetime = lifetime;
    this.idle = idle;
  }

  /// After this it has ended, however much it is used.
  public Duration lifetime() {
    return lifetime;
  }

  /// After this without use it has ended.
  public Duration idle() {
    return idle;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
