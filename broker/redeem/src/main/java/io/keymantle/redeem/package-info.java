/// Broker token and observed use to a lease of a secret, ledger first. Nothing else mints access to
/// plaintext for boundaries.
///
/// Boundaries use [Redeemer] with [AgentSession], [LiveGrant] and [ObservedUse]. To wire a broker:
/// [SecretValues] over a [ValueStore], the keyring's envelopes and the sources; [EnvelopeIntake]
/// and [LiveIndex] for `control`; then [LedgeredRedeemer] over a [RedemptionLog].
@NullMarked
package io.keymantle.redeem;

import org.jspecify.annotations.NullMarked;
