package io.keymantle.source.keychain;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// A `CREDENTIALW` in memory of the system
/// (https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw).
record WindowsCredential(MemorySegment struct) {
  static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          JAVA_INT.withName("Flags"),
          JAVA_INT.withName("Type"),
          ADDRESS.withName("TargetName"),
          ADDRESS.withName("Comment"),
          JAVA_INT.withName("LastWrittenLow"),
          JAVA_INT.withName("LastWrittenHigh"),
          JAVA_INT.withName("CredentialBlobSize"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("CredentialBlob"),
          JAVA_INT.withName("Persist"),
          JAVA_INT.withName("AttributeCount"),
          ADDRESS.withName("Attributes"),
          ADDRESS.withName("TargetAlias"),
          ADDRESS.withName("UserName"));

  /// `CRED_TYPE_GENERIC`: those that programs may read.
  static final int GENERIC = 1;

  /// A FILETIME counts tenths of microseconds from 1601.
  private static final long TICKS_PER_SECOND = 10_000_000;

  private static final long SECONDS_FROM_1601_TO_1970 = 11_644_473_600L;

  static WindowsCredential at(MemorySegment address) {
    return new WindowsCredential(address.reinterpret(LAYOUT.byteSize()));
  }

  boolean isGeneric() {
    return number("Type") == GENERIC;
  }

  String target() {
    return text("TargetName");
  }

  String user() {
    return text("UserName");
  }

  Instant written() {
    long ticks =
        Integer.toUnsignedLong(number("LastWrittenHigh")) << 32
            | Integer.toUnsignedLong(number("LastWrittenLow"));
    return Instant.ofEpochSecond(ticks / TICKS_PER_SECOND - SECONDS_FROM_1601_TO_1970);
  }

  /// A copy of its value.
  byte[] value() {
    return blob().toArray(JAVA_BYTE);
  }

  /// Overwrites the value before the system takes its memory back.
  void zero() {
    blob().fill((byte) 0);
  }

  private MemorySegment blob() {
    MemorySegment blob = pointer("CredentialBlob");
    return blob.address() == 0
        ? MemorySegment.ofArray(new byte[0])
        : blob.reinterpret(Integer.toUnsignedLong(number("CredentialBlobSize")));
  }

  private int number(String field) {
    return struct.get(JAVA_INT, offset(field));
  }

  private MemorySegment pointer(String field) {
    return struct.get(ADDRESS, offset(field));
  }

  private String text(String field) {
    MemorySegment text = pointer(field);
    return text.address() == 0
        ? ""
        : text.reinterpret(Long.MAX_VALUE).getString(0, StandardCharsets.UTF_16LE);
  }

  private static long offset(String field) {
    return LAYOUT.byteOffset(PathElement.groupElement(field));
  }
}
