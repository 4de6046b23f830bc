package io.keymantle.ledger;

/// A signed statement of the log about itself: at this size, the tree had this root (C2SP
/// tlog-checkpoint).
///
/// @param origin the log's name
/// @param size number of entries
/// @param root root hash of the tree of that size
/// @param note the whole signed note as it stands in the file `checkpoint`
public record SignedCheckpoint(String origin, long size, TreeHash root, String note) {}
