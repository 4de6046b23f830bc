package io.keymantle.server;

/// Keeps the heap near what lives in it. Confined to one thread.
///
/// The JVM's serial collector leaves the old generation alone until the heap has reached its limit,
/// so under load a broker would grow by whatever outlived a young collection, to its limit in some
/// minutes. Here the old generation is collected when the heap has grown by as much as lived in it,
/// which takes some tens of milliseconds every few minutes of full load, and the JVM gives back
/// what became free.
final class HeapTrim {
  /// Less growth than this is not worth a collection; the young generation alone is 10 MiB.
  private static final long LEAST = 16L << 20;

  private final Runtime runtime = Runtime.getRuntime();
  private long lived;

  /// Looks at the heap, and collects it when that is due.
  void look() {
    if (used() - lived > Math.max(LEAST, lived)) {
      System.gc();
      lived = used();
    }
  }

  private long used() {
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
