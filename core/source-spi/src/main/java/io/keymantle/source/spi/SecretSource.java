package io.keymantle.source.spi;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;

/// Reads secret values from where they live. Implementations are thread-safe; [#read] may block and
/// runs on a virtual thread.
public interface SecretSource {
  /// The scheme of the references that this source reads, such as `env`.
  String scheme();

  /// Checks a reference's form without reading anything.
  ///
  /// @throws io.keymantle.domain.RefusedException naming what is wrong with it, and the fix
  void check(SourceReference reference);

  /// Reads the current value. The caller closes it.
  ///
  /// @throws io.keymantle.domain.RefusedException with `source_not_found` or `source_failed`; never
  ///   the value in the message
  SecretBytes read(CredentialName credential, SourceReference reference);
}
