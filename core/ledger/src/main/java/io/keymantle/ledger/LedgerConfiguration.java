package io.keymantle.ledger;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/// How a ledger is kept.
///
/// @param directory where it lives, made with mode 0700 when absent; one process at a time, held by
///   the caller's lock on the home
/// @param signer the log's key and name
/// @param clock the time of the ledger's own entries
/// @param queueCapacity how many entries may wait for the disk; more are refused
/// @param writeDeadline how long the disk may take for one commit before the ledger gives up for
///   good
/// @param integrationInterval how long an entry may be in the journal only, before it is in tiles
///   under a signed checkpoint; under load longer
/// @param journalBytes preallocated size of each journal segment
public record LedgerConfiguration(
    Path directory,
    LedgerSigner signer,
    Clock clock,
    int queueCapacity,
    Duration writeDeadline,
    Duration integrationInterval,
    int journalBytes) {

  /// The defaults: 65,536 waiting entries, 10 s, 500 ms, segments of 8 MB.
  public static LedgerConfiguration of(Path directory, LedgerSigner signer, Clock clock) {
    return new LedgerConfiguration(
        directory,
        signer,
        clock,
        65_536,
        Duration.ofSeconds(10),
        Duration.ofMillis(500),
        8 * 1024 * 1024);
  }
}
