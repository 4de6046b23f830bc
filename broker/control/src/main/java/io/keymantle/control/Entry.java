package io.keymantle.control;

import static java.util.stream.Collectors.joining;

import io.keymantle.domain.Binding;
import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.NetworkBinding;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// What an operation is about, from which its intent and outcome are written.
record Entry(Kind kind, Actor actor, String credential, String grant, Map<String, String> detail) {

  static Entry of(Kind kind, Actor actor) {
    return new Entry(kind, actor, "", "", Map.of());
  }

  /// A change to a credential. The source is named by its scheme only: a command line may hold what
  /// must not be logged.
  static Entry credential(Actor actor, String verb, Credential credential) {
    return of(Kind.CREDENTIAL, actor)
        .about(credential.name())
        .with("verb", verb)
        .with("source", credential.source().scheme())
        .with("version", Long.toString(credential.valueVersion()))
        .with("agents", joined(credential.rules().allowedAgents()))
        .with("bindings", joined(credential.bindings().stream().map(Entry::target).toList()));
  }

  private static String target(Binding binding) {
    return switch (binding) {
      case NetworkBinding network -> network.destination().toString();
      case CommandBinding command -> command.executable().toString();
    };
  }

  private static String joined(Collection<?> parts) {
    return parts.stream().map(Object::toString).sorted().distinct().collect(joining(" "));
  }

  Entry about(CredentialName name) {
    return new Entry(kind, actor, name.value(), grant, detail);
  }

  Entry about(GrantId id) {
    return new Entry(kind, actor, credential, id.value(), detail);
  }

  Entry with(String name, String value) {
    Map<String, String> more = new TreeMap<>(detail);
    more.put(name, value);
    return new Entry(kind, actor, credential, grant, more);
  }

  LedgerEvent event(Instant at, Phase phase, String operation, String result, String code) {
    return new LedgerEvent(
        at,
        kind,
        phase,
        operation,
        actor.toString(),
        credential,
        grant,
        "",
        "",
        "",
        result,
        code,
        detail);
  }
}
