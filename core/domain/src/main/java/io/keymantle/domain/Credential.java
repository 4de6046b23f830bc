package io.keymantle.domain;

import java.time.Instant;
import java.util.List;

/// A named thing an agent may use. Never contains the value.
///
/// @param kind what the value is
/// @param source where the value lives
/// @param bindings where it may go; empty: it can be granted but never redeemed
/// @param rules who may use it, and how
/// @param valueVersion counts the values this credential has had; a rotation adds one
/// @param changedAt when any part last changed
public record Credential(
    CredentialName name,
    CredentialKind kind,
    SourceReference source,
    List<Binding> bindings,
    Rules rules,
    long valueVersion,
    Instant changedAt) {
  public Credential {
    bindings = List.copyOf(bindings);
  }
}
