package io.keymantle.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Entries one after the other, each led by its length in two bytes, big-endian (C2SP tlog-tiles).
final class EntryBundle {
  private EntryBundle() {}

  /// The entries, or an empty list when the bytes are no whole bundle.
  static List<byte[]> split(byte[] bundle) {
    return split(bundle, 0, bundle.length);
  }

  static List<byte[]> split(byte[] bytes, int from, int bundleLength) {
    List<byte[]> entries = new ArrayList<>();
    int at = from;
    int end = from + bundleLength;
    while (at + 2 <= end) {
      int length = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
      at += 2;
      if (length > end - at) {
        return List.of();
      }
      entries.add(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    return at == end ? entries : List.of();
  }
}
