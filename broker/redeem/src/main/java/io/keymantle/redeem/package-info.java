/// Broker token and observed use to a lease of a secret, ledger first. Boundaries use [Redeemer];
/// nothing else mints access to plaintext for them.
@NullMarked
package io.keymantle.redeem;

import org.jspecify.annotations.NullMarked;
