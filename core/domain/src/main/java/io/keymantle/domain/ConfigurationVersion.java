package io.keymantle.domain;

import java.time.Instant;
import java.util.List;

/// One saved version of an openclaw.json: who, when, which fields. It holds no value and no text.
///
/// @param person as the ledger names it
/// @param base names the content; see [OpenedConfiguration]
/// @param changed paths with what happened there, such as `models.default changed`
public record ConfigurationVersion(Instant at, String person, String base, List<String> changed) {
  public ConfigurationVersion {
    changed = List.copyOf(changed);
  }
}
