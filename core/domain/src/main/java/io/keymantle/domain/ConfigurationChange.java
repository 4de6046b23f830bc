package io.keymantle.domain;

import java.util.List;
import java.util.Optional;

/// How a change of an openclaw.json ended.
public sealed interface ConfigurationChange {
  /// It is on the disk.
  ///
  /// @param created the credential that took a secret of the file, if one did
  record Saved(OpenedConfiguration file, Optional<Created> created)
      implements ConfigurationChange {}

  /// The file is another than the one that was opened; nothing was written.
  ///
  /// @param original the redacted text that was opened, while the broker still has it
  /// @param mine the redacted text that was to be saved
  /// @param current the file as it is now
  record Conflict(String base, Optional<String> original, String mine, OpenedConfiguration current)
      implements ConfigurationChange {}

  /// The credential that has the value now.
  ///
  /// @param rotated whether it was there before
  /// @param variable the environment variable that OpenClaw is to find, if the file names one
  /// @param next what is left to do, as commands
  record Created(
      CredentialName credential, boolean rotated, Optional<String> variable, List<String> next) {
    public Created {
      next = List.copyOf(next);
    }
  }
}
