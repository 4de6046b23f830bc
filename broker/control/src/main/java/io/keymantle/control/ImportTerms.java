package io.keymantle.control;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.ImportNames;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;

/// What a person says of everything that one import brings.
///
/// @param template the fields that all of the credentials share, in the form of [CredentialCodec]
/// @param rehearsal only say what would be done
public record ImportTerms(ImportNames names, String template, boolean rehearsal) {
  private static final CredentialName ANY = new CredentialName("import");

  /// @throws RefusedException with `invalid_request` when the template names a source, or what
  ///   [CredentialCodec#read] finds wrong with it
  public ImportTerms {
    if (!CredentialCodec.read(ANY, template).source().isStore()) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          "an import says itself where its values are",
          "leave the source out");
    }
  }

  /// A credential of the built-in store on these terms.
  public CredentialSpec spec(CredentialName name) {
    return spec(name, SourceReference.STORE);
  }

  /// A credential on these terms.
  public CredentialSpec spec(CredentialName name, SourceReference source) {
    CredentialSpec spec = CredentialCodec.read(name, template);
    return new CredentialSpec(name, spec.kind(), source, spec.bindings(), spec.rules());
  }
}
