/// The embedded store. Use [HomeLock] to hold a home, then [SqliteStore] for the stores of
/// `control` and `redeem` in its one database file. Holds ciphertext and hashes only.
///
/// Plain JDBC: two dozen statements do not need a mapper, and the broker starts faster without one.
@NullMarked
package io.keymantle.store.sqlite;

import org.jspecify.annotations.NullMarked;
