package io.keymantle.source.keychain;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A fake of the Credential Manager of Windows, whose structures stand in memory at the offsets
/// that wincred.h gives them on 64 bits.
final class FakeCredentialManager implements CredentialManager {
  /// 2026-11-26T10:00:00Z in tenths of microseconds from 1601.
  static final long WRITTEN = 134_401_608_000_000_000L;

  record Stored(int type, String user, byte[] blob) {}

  private final Arena arena = Arena.ofAuto();
  private final List<MemorySegment> blobs = new ArrayList<>();

  /// By target.
  final Map<String, Stored> credentials = new TreeMap<>();

  /// What the next calls end with.
  int error;

  int handedOut;
  int freed;

  boolean hasZeroedWhatItHandedOut() {
    return !blobs.isEmpty()
        && blobs.stream().allMatch(each -> each.mismatch(arena.allocate(each.byteSize())) == -1);
  }

  private MemorySegment struct(String target, Stored stored) {
    MemorySegment struct = arena.allocate(80, 8);
    MemorySegment blob = arena.allocate(stored.blob().length + 1).asSlice(0, stored.blob().length);
    blobs.add(blob.copyFrom(MemorySegment.ofArray(stored.blob())));
    struct.set(JAVA_INT, 4, stored.type());
    struct.set(ADDRESS, 8, arena.allocateFrom(target, UTF_16LE));
    struct.set(JAVA_LONG, 24, WRITTEN);
    struct.set(JAVA_INT, 32, stored.blob().length);
    struct.set(ADDRESS, 40, blob);
    struct.set(
        ADDRESS,
        72,
        stored.user().isEmpty() ? MemorySegment.NULL : arena.allocateFrom(stored.user(), UTF_16LE));
    return struct;
  }

  @Override
  public int read(Arena callers, MemorySegment target, int type, MemorySegment out) {
    Stored stored = credentials.get(target.getString(0, UTF_16LE));
    if (error != 0) {
      return error;
    }
    if (stored == null || stored.type() != type) {
      return 1168;
    }
    handedOut++;
    out.set(ADDRESS, 0, struct(target.getString(0, UTF_16LE), stored));
    return 0;
  }

  @Override
  public int enumerate(Arena callers, MemorySegment count, MemorySegment out) {
    if (error != 0 || credentials.isEmpty()) {
      return error != 0 ? error : 1168;
    }
    MemorySegment array = arena.allocate(ADDRESS, credentials.size());
    int i = 0;
    for (Map.Entry<String, Stored> each : credentials.entrySet()) {
      array.setAtIndex(ADDRESS, i++, struct(each.getKey(), each.getValue()));
    }
    handedOut++;
    count.set(JAVA_INT, 0, credentials.size());
    out.set(ADDRESS, 0, array);
    return 0;
  }

  @Override
  public void free(MemorySegment credentials) {
    freed++;
  }
}
