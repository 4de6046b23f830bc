package io.keymantle.control;

import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import java.util.ArrayList;
import java.util.List;

/// What an import did.
///
/// @param imported every credential that was imported, in the order of the file
public record ImportReport(List<Imported> imported) {
  public ImportReport {
    imported = List.copyOf(imported);
  }

  static ImportReport of(List<Credential> credentials) {
    return new ImportReport(credentials.stream().map(Imported::of).toList());
  }

  /// One imported credential.
  ///
  /// @param bound it has a binding; without one it can be granted but never redeemed
  /// @param hasValue there is a value, or a source that will be asked for one
  /// @param mend the commands that make it usable, in order; empty when it is
  public record Imported(CredentialName name, boolean bound, boolean hasValue, List<String> mend) {
    public Imported {
      mend = List.copyOf(mend);
    }

    static Imported of(Credential credential) {
      boolean bound = !credential.bindings().isEmpty();
      boolean hasValue = !credential.source().isStore() || credential.valueVersion() > 0;
      List<String> mend = new ArrayList<>();
      if (!bound) {
        mend.add("keymantle credential set " + credential.name() + " --destination https://HOST");
      }
      if (!hasValue) {
        mend.add("keymantle credential rotate " + credential.name());
      }
      return new Imported(credential.name(), bound, hasValue, mend);
    }
  }
}
