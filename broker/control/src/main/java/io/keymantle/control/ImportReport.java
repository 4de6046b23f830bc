package io.keymantle.control;

import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import java.util.ArrayList;
import java.util.List;

/// What an import did, or would do.
///
/// @param imported every credential that was imported, in the order in which it was found
/// @param skipped what was found and not imported
public record ImportReport(List<Imported> imported, List<Skipped> skipped) {
  public ImportReport {
    imported = List.copyOf(imported);
    skipped = List.copyOf(skipped);
  }

  static ImportReport of(List<Credential> credentials) {
    return new ImportReport(credentials.stream().map(Imported::of).toList(), List.of());
  }

  ImportReport with(List<Skipped> more) {
    List<Skipped> all = new ArrayList<>(skipped);
    all.addAll(more);
    return new ImportReport(imported, all);
  }

  /// What stays where it is.
  ///
  /// @param place where it was found
  /// @param why without a value
  public record Skipped(String place, String why) {}

  /// One imported credential.
  ///
  /// @param from where it was found; empty for the credentials object of an openclaw.json
  /// @param bound it has a binding; without one it can be granted but never redeemed
  /// @param hasValue there is a value, or a source that will be asked for one
  /// @param mend the commands that make it usable, in order; empty when it is
  public record Imported(
      CredentialName name, String from, boolean bound, boolean hasValue, List<String> mend) {
    public Imported {
      mend = List.copyOf(mend);
    }

    static Imported of(Credential credential) {
      boolean hasValue = !credential.source().isStore() || credential.valueVersion() > 0;
      return of(credential, "", hasValue);
    }

    static Imported of(Credential credential, String from, boolean hasValue) {
      boolean bound = !credential.bindings().isEmpty();
      List<String> mend = new ArrayList<>();
      if (!bound) {
        mend.add("keymantle credential set " + credential.name() + " --destination https://HOST");
      }
      if (!hasValue) {
        mend.add("keymantle credential rotate " + credential.name());
      }
      return new Imported(credential.name(), from, bound, hasValue, mend);
    }
  }
}
