package io.keymantle.control;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.intake.SealedValue;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A new credential as it arrives over HTTP: the fields of [CredentialCodec] with a `name`, and
/// optionally the value, `sealed`.
public record Registration(CredentialSpec spec, Optional<SealedValue> value) {

  /// @throws RefusedException with `invalid_configuration`, `invalid_binding`, `invalid_name` or
  ///   `invalid_request`
  public static Registration parse(String json) {
    Set<String> keys = new HashSet<>(CredentialCodec.KEYS);
    keys.add("name");
    keys.add("sealed");
    FieldReader fields = FieldReader.of(KeyPath.root("credential"), Json5Reader.read(json), keys);
    if (!fields.has("name")) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST, "the credential has no name", "add \"name\"");
    }
    CredentialName name = new CredentialName(fields.text("name", ""));
    return new Registration(
        CredentialCodec.read(name, fields),
        fields.has("sealed")
            ? Optional.of(SealedValue.parse(fields.text("sealed", "")))
            : Optional.empty());
  }

  @Override
  public String toString() {
    return "Registration[" + spec.name() + "]";
  }
}
