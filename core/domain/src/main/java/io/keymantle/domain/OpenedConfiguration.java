package io.keymantle.domain;

import java.util.List;

/// An openclaw.json as a face may show it.
///
/// @param base names the content of the file on the disk, for a later save: a keyed hash, which
///   tells nothing of the content
/// @param text redacted
/// @param history latest versions, newest first
public record OpenedConfiguration(
    String path,
    String base,
    String text,
    List<ConfigurationFinding> findings,
    List<ConfigurationVersion> history) {
  public OpenedConfiguration {
    findings = List.copyOf(findings);
    history = List.copyOf(history);
  }
}
