package io.keymantle.ledger;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// The journal's unit of writing: the entries of one commit, or of a part of it.
///
/// ```
/// crc     4  CRC-32C over all that follows
/// tag    16  JournalTag over all that follows
/// kind    1  ENTRIES, or the OPEN header of a segment
/// zero    3
/// length  4  of the payload
/// first   8  index of the first entry
/// count   4  entries
/// payload    entries as in a C2SP entry bundle: length (2 bytes), then the bytes
/// ```
///
/// Numbers are big-endian. The checksum finds what a crash tore; the tag finds what was changed on
/// purpose. A byte of 0 where a kind should stand ends the segment. The payload is not copied: it
/// is the `length` bytes at `from` in `bytes`.
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes stay as they were read
record JournalFrame(byte kind, long first, int count, byte[] bytes, int from, int length) {
  static final int HEADER = 40;
  static final byte ENTRIES = 1;
  static final byte OPEN = 2;

  private static final int TAG_AT = 4;
  private static final int BODY_AT = TAG_AT + JournalTag.LENGTH;

  /// Lays out the frame around a payload that already stands at [#HEADER] in `bytes`.
  static void seal(byte[] bytes, byte kind, long first, int count, int length, JournalTag tag) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.position(BODY_AT);
    buffer.put(kind).put((byte) 0).put((byte) 0).put((byte) 0);
    buffer.putInt(length).putLong(first).putInt(count);
    byte[] mac = tag.over(bytes, BODY_AT, HEADER - BODY_AT + length);
    System.arraycopy(mac, 0, bytes, TAG_AT, JournalTag.LENGTH);
    buffer.putInt(0, checksum(bytes, TAG_AT, HEADER - TAG_AT + length));
  }

  /// A segment header; its count is the number in the segment's name, so that a renamed segment
  /// shows.
  static byte[] header(long first, int number, JournalTag tag) {
    byte[] bytes = new byte[HEADER];
    seal(bytes, OPEN, first, number, 0, tag);
    return bytes;
  }

  /// The length of the payload that the header at `offset` claims, -1 when it cannot be a header.
  static int claimedLength(ByteBuffer bytes, int offset) {
    if (bytes.limit() - offset < HEADER) {
      return -1;
    }
    byte kind = bytes.get(offset + BODY_AT);
    int length = bytes.getInt(offset + BODY_AT + 4);
    boolean known = kind == ENTRIES || kind == OPEN;
    return known && length >= 0 && length <= bytes.limit() - offset - HEADER ? length : -1;
  }

  /// Whether a whole frame with a right checksum stands at `offset`.
  static boolean isWhole(ByteBuffer bytes, int offset) {
    int length = claimedLength(bytes, offset);
    return length >= 0
        && bytes.getInt(offset)
            == checksum(
                bytes.array(), bytes.arrayOffset() + offset + TAG_AT, HEADER - TAG_AT + length);
  }

  /// The frame at `offset`, where [#isWhole].
  static JournalFrame read(ByteBuffer bytes, int offset) {
    int length = claimedLength(bytes, offset);
    int from = bytes.arrayOffset() + offset + HEADER;
    return new JournalFrame(
        bytes.get(offset + BODY_AT),
        bytes.getLong(offset + BODY_AT + 8),
        bytes.getInt(offset + BODY_AT + 16),
        bytes.array(),
        from,
        length);
  }

  /// Whether the tag of the frame at `offset` was made with the log's key.
  static boolean isTagged(ByteBuffer bytes, int offset, JournalTag tag) {
    int length = claimedLength(bytes, offset);
    int from = bytes.arrayOffset() + offset;
    byte[] mac = tag.over(bytes.array(), from + BODY_AT, HEADER - BODY_AT + length);
    return Arrays.equals(
        mac, 0, mac.length, bytes.array(), from + TAG_AT, from + TAG_AT + JournalTag.LENGTH);
  }

  int size() {
    return HEADER + length;
  }

  /// The entries, or nothing when the payload does not hold `count` of them.
  List<byte[]> entries() {
    List<byte[]> entries = EntryBundle.split(bytes, from, length);
    return entries.size() == count ? entries : List.of();
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    var checksum = new CRC32C();
    checksum.update(bytes, offset, length);
    return (int) checksum.getValue();
  }
}
