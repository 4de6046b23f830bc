package io.keymantle.control;

import io.keymantle.domain.SourceReference;
import java.util.List;
import java.util.Set;

/// The sources outside the home, as the catalogue of them needs them. Implementations are
/// thread-safe.
public interface SourcePort {
  /// The kinds that can be connected, such as `vault`.
  Set<String> kinds();

  /// The schemes that need no connection, such as `env`.
  Set<String> builtIn();

  /// Checks what was set, without reaching anything.
  ///
  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  void check(SourceConnection connection);

  /// These are the connections from now on. Never fails: one that cannot be used is refused when it
  /// is read.
  void connected(List<SourceConnection> connections);

  /// Reaches a source and logs in there; reads nothing.
  ///
  /// @throws io.keymantle.domain.RefusedException with one of the `source_` codes
  void test(String scheme);

  /// What can be read there, names only, sorted.
  ///
  /// @param under a beginning of the locators
  /// @throws io.keymantle.domain.RefusedException with one of the `source_` codes
  List<SourceReference> browse(String scheme, String under);

  /// How each source has been that was read since the start, by scheme.
  List<SourceHealth> health();
}
