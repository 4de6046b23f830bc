package io.keymantle.source.keychain;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What is asked of the Credential Manager of Windows
/// (https://learn.microsoft.com/windows/win32/api/wincred/), as its C functions are.
interface CredentialManager {
  /// `CredReadW`.
  ///
  /// @param target in UTF-16, with a zero behind it
  /// @param out where the address of a `CREDENTIALW` is put
  /// @return what `GetLastError` says; 0 when it went well
  int read(Arena arena, MemorySegment target, int type, MemorySegment out);

  /// `CredEnumerateW` without a filter.
  ///
  /// @param count where the number of credentials is put
  /// @param out where the address of an array of addresses of them is put
  /// @return as [#read]
  int enumerate(Arena arena, MemorySegment count, MemorySegment out);

  /// `CredFree`.
  void free(MemorySegment credentials);
}
