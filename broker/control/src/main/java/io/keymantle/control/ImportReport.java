package io.keymantle.control;

import io.keymantle.domain.CredentialName;
import java.util.List;

/// What an import did.
///
/// @param imported every credential that was imported, in the order of the file
public record ImportReport(List<Imported> imported) {
  public ImportReport {
    imported = List.copyOf(imported);
  }

  /// One imported credential.
  ///
  /// @param bound it has a binding; without one it can be granted but never redeemed
  /// @param hasValue there is a value, or a source that will be asked for one
  /// @param mend the commands that make it usable, in order; empty when it is
  public record Imported(
      CredentialName name, boolean bound, boolean hasValue, List<String> mend) {
    public Imported {
      mend = List.copyOf(mend);
    }
  }
}
