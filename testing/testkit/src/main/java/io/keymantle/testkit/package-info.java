/// What tests of more than one room share: a clock that is set by hand, stores and a ledger in
/// memory, a whole broker without network, and the contracts that every store is held to.
///
/// Use [TestBroker] for `control` and `redeem` together, [MemoryStores] for stores, [TestClock] for
/// time; extend [GrantStoreContract] and its siblings to test a store.
@NullMarked
package io.keymantle.testkit;

import org.jspecify.annotations.NullMarked;
