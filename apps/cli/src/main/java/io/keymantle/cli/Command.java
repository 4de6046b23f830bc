package io.keymantle.cli;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// One verb.
public interface Command {
  /// Name, options, arguments and examples; see [Describe].
  CommandSpec describe();

  /// Does it and returns the exit status.
  ///
  /// @throws io.keymantle.domain.RefusedException when it was refused or failed
  /// @throws UsageException when the arguments make no sense together
  int run(Invocation invocation) throws IOException;
}
