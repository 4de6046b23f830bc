/// The tamper-evident audit log: an RFC 6962 Merkle tree over canonical JSON entries, kept in the
/// C2SP tlog-tiles layout with signed checkpoints, so that other people's tools verify it.
///
/// Use [Ledger] to write and read one, with [LedgerConfiguration] and a [LedgerSigner];
/// [LedgerVerifier] to check one offline; [MerkleProofs] to check a proof; [LedgerExport] to hand
/// entries to an auditor; [KeyedHash] to link values without revealing them.
///
/// May touch the ledger's directory only. Knows no secret value and no token.
@NullMarked
package io.keymantle.ledger;

import org.jspecify.annotations.NullMarked;
