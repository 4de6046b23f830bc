package io.keymantle.ledger;

import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/// Ledger events, keys and configurations for tests.
final class Events {
  static final Instant NOW = Instant.parse("2026-11-21T02:06:20.123456Z");
  static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  static final byte[] SEED = new byte[32];

  private Events() {}

  static Ed25519LedgerSigner signer() {
    return new Ed25519LedgerSigner("keymantle.test/log", SEED);
  }

  /// Small segments, and no integration but on demand.
  static LedgerConfiguration configuration(Path directory) {
    return configuration(directory, 4 * 1024);
  }

  static LedgerConfiguration configuration(Path directory, int journalBytes) {
    return new LedgerConfiguration(
        directory,
        signer(),
        CLOCK,
        65_536,
        Duration.ofSeconds(20),
        Duration.ofHours(1),
        journalBytes);
  }

  /// A ledger that does not wait for the disk.
  static Ledger open(Path directory) {
    return Ledger.open(configuration(directory), new UnsyncedFiles());
  }

  static LedgerEvent event(Kind kind, Phase phase, String operation, Map<String, String> detail) {
    return new LedgerEvent(
        NOW,
        kind,
        phase,
        operation,
        "agent:main",
        "github-api",
        "g_1",
        "https://api.github.com",
        "GET",
        "/repos/a/b",
        phase == Phase.OUTCOME ? "ok" : "",
        "",
        detail);
  }

  static LedgerEvent intent(String operation) {
    return event(Kind.REDEMPTION, Phase.INTENT, operation, Map.of());
  }

  static LedgerEvent outcome(String operation) {
    return event(Kind.REDEMPTION, Phase.OUTCOME, operation, Map.of());
  }

  static LedgerEvent started() {
    return event(Kind.BROKER, Phase.FACT, "", Map.of("event", "started"));
  }
}
