package io.keymantle.cli;

import java.io.IOException;

/// One verb.
public interface Command {
  /// Name, options, arguments and examples; see [Describe].
  CommandDescription describe();

  /// Does it and returns the exit status.
  ///
  /// @throws io.keymantle.domain.RefusedException when it was refused or failed
  /// @throws UsageException when the arguments make no sense together
  int run(Invocation invocation) throws IOException;
}
