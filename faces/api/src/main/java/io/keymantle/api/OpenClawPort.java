package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.ImportOffer;
import io.keymantle.control.ImportTerms;
import io.keymantle.domain.ConfigurationChange;
import io.keymantle.domain.ConfigurationProtection;
import io.keymantle.domain.OpenedConfiguration;
import java.nio.file.Path;
import java.util.List;

/// The editor of openclaw.json files, as the API asks it: texts come and go redacted. Thread-safe.
public interface OpenClawPort {
  /// @throws io.keymantle.domain.RefusedException when there is no such file, or it is no JSON5
  OpenedConfiguration open(Path file);

  /// @param base of the file as it was opened
  /// @param text redacted, as it was edited
  /// @throws io.keymantle.domain.RefusedException with `sentinel_unresolved` naming a path, and
  ///   what else is wrong with the text; the file is as it was
  ConfigurationChange save(Actor.Person person, Path file, String base, String text);

  /// @throws io.keymantle.domain.RefusedException where the field takes no such reference; the file
  ///   is as it was
  ConfigurationChange protect(
      Actor.Person person, Path file, String base, ConfigurationProtection secret);

  /// Its plaintext secrets, sealed, each with the credential that would have it; the file stays as
  /// it is.
  ///
  /// @throws io.keymantle.domain.RefusedException as [#open]
  List<ImportOffer> offers(Path file, ImportTerms terms);
}
