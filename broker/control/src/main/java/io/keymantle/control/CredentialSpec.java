package io.keymantle.control;

import io.keymantle.domain.Binding;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Rules;
import io.keymantle.domain.SourceReference;
import java.time.Instant;
import java.util.List;

/// What a person says a credential shall be: a [Credential] without its history.
public record CredentialSpec(
    CredentialName name,
    CredentialKind kind,
    SourceReference source,
    List<Binding> bindings,
    Rules rules) {
  public CredentialSpec {
    bindings = List.copyOf(bindings);
  }

  /// The part of a credential that a person says.
  public static CredentialSpec of(Credential credential) {
    return new CredentialSpec(
        credential.name(),
        credential.kind(),
        credential.source(),
        credential.bindings(),
        credential.rules());
  }

  Credential toCredential(long valueVersion, Instant changedAt) {
    return new Credential(name, kind, source, bindings, rules, valueVersion, changedAt);
  }
}
