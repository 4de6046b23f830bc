package io.keymantle.keys;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What an encrypted record is: its kind, name and version. Bound into the envelope as associated
/// data, so that a record moved, renamed or put back from an older version does not open.
///
/// @param kind the table or purpose, such as `credential`
/// @param name the record's key within its kind
/// @param version counts the record's values, from 1
public record RecordIdentity(String kind, String name, long version) {

  /// Length-prefixed, so that no two identities have the same bytes.
  byte[] encoded() {
    byte[] kindBytes = kind.getBytes(StandardCharsets.UTF_8);
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + kindBytes.length + 4 + nameBytes.length + 8)
        .putInt(kindBytes.length)
        .put(kindBytes)
        .putInt(nameBytes.length)
        .put(nameBytes)
        .putLong(version)
        .array();
  }
}
