package io.keymantle.ledger;

/// Where a tile lies (C2SP tlog-tiles): `tile/<level>/<index>[.p/<width>]`, entries under
/// `tile/entries`. The index is in groups of three digits, all but the last led by `x`.
///
/// @param level tile level, or [#ENTRIES]
/// @param index index of the tile in its level
/// @param width number of hashes or entries, 1 to 256; 256 is a full tile
record TilePath(int level, long index, int width) {
  static final int ENTRIES = -1;
  static final int FULL = 256;

  /// The tile of the level that holds this node, as it is in a tree of that size.
  static TilePath in(long size, int level, long index) {
    long nodes = level == ENTRIES ? size : nodesAt(level, size);
    long rest = nodes - index * FULL;
    return new TilePath(level, index, (int) Math.min(FULL, rest));
  }

  /// How many hashes the tiles of a level hold in a tree of that size.
  static long nodesAt(int level, long size) {
    return level >= 8 ? 0 : size >>> (8 * level);
  }

  TilePath withWidth(int other) {
    return new TilePath(level, index, other);
  }

  boolean isFull() {
    return width == FULL;
  }

  /// The path relative to the ledger's directory.
  String text() {
    return isFull() ? fullText() : fullText() + ".p/" + width;
  }

  /// The path of the full tile of the same index.
  String fullText() {
    var text = new StringBuilder("tile/").append(level == ENTRIES ? "entries" : level).append('/');
    String digits = Long.toString(index);
    String padded = "0".repeat((3 - digits.length() % 3) % 3) + digits;
    for (int i = 0; i < padded.length(); i += 3) {
      if (i + 3 < padded.length()) {
        text.append('x').append(padded, i, i + 3).append('/');
      } else {
        text.append(padded, i, i + 3);
      }
    }
    return text.toString();
  }
}
