package io.keymantle.source.spi;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import java.util.List;

/// Reads secret values from where they live. Implementations are thread-safe; all but [#scheme] and
/// [#check] may block and run on virtual threads. They neither keep what they read nor try again:
/// the broker does, within a credential's grant, and at most for [SourceValue#goodFor].
public interface SecretSource {
  /// The scheme of the references that this source reads, such as `env`.
  String scheme();

  /// Checks a reference's form without reading anything.
  ///
  /// @throws io.keymantle.domain.RefusedException naming what is wrong with it, and the fix
  void check(SourceReference reference);

  /// Reads the value. The caller closes it.
  ///
  /// @param credential what the value is called where it is masked
  SourceValue read(CredentialName credential, SourceReference reference) throws SourceException;

  /// Reaches where the values live, and logs in there, without reading one.
  default void test() throws SourceException {}

  /// The references that can be read, names only, sorted.
  ///
  /// @param under a beginning of their locators; empty for all
  default List<SourceReference> browse(String under) throws SourceException {
    throw new SourceException(
        SourceException.Reason.FAILED, scheme() + " cannot list what it has", "name it");
  }
}
