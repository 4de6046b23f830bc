package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.Binding;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.Rules;
import io.keymantle.domain.SourceReference;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a credential that a reply has granted, `PARENT.captured-N`, and which earlier one
/// gives way to it.
record Captured(CredentialName name, Optional<CredentialName> givesWay) {
  /// How many captured credentials one parent has at most.
  static final int LIMIT = 16;

  private static final Pattern FORM = Pattern.compile("(.+)\\.captured-([1-9][0-9]{0,8})");
  private static final int LONGEST_PARENT = 40;

  /// A credential that was captured with a captured one belongs to the same parent.
  static Captured next(CredentialName parent, Collection<CredentialName> existing) {
    Matcher parentForm = FORM.matcher(parent.value());
    String origin = parentForm.matches() ? parentForm.group(1) : parent.value();
    String stem = origin.substring(0, Math.min(origin.length(), LONGEST_PARENT));
    TreeMap<Integer, CredentialName> taken = new TreeMap<>();
    for (CredentialName name : existing) {
      Matcher form = FORM.matcher(name.value());
      if (form.matches() && form.group(1).equals(stem)) {
        taken.put(Integer.parseInt(form.group(2)), name);
      }
    }
    int number = taken.isEmpty() ? 1 : taken.lastKey() + 1;
    return new Captured(
        new CredentialName(stem + ".captured-" + number),
        Optional.ofNullable(taken.size() < LIMIT ? null : taken.firstEntry())
            .map(Map.Entry::getValue));
  }

  /// Bound to the destinations of its origin, for one agent only: as the origin is, but always by
  /// token, and on `header:authorization`, where what a token endpoint grants is used.
  CredentialSpec spec(Credential origin, AgentName agent) {
    Set<Binding> bindings = new LinkedHashSet<>();
    for (Binding binding : origin.bindings()) {
      if (binding instanceof NetworkBinding network) {
        bindings.add(onAuthorization(network));
        bindings.add(byToken(network));
      }
    }
    return new CredentialSpec(
        name,
        CredentialKind.VALUE,
        SourceReference.STORE,
        List.copyOf(bindings),
        new Rules(
            Set.of(agent),
            origin.rules().requireTotp(),
            origin.rules().approvals(),
            origin.rules().expiresAfter(),
            0));
  }

  private static NetworkBinding onAuthorization(NetworkBinding binding) {
    NetworkBinding plain = NetworkBinding.to(binding.destination());
    return new NetworkBinding(
        plain.destination(),
        plain.methods(),
        plain.paths(),
        plain.surface(),
        plain.injection(),
        plain.maxOccurrences(),
        binding.addresses(),
        List.of());
  }

  private static NetworkBinding byToken(NetworkBinding binding) {
    return new NetworkBinding(
        binding.destination(),
        binding.methods(),
        binding.paths(),
        binding.surface(),
        new Injection.ReplaceToken(),
        binding.maxOccurrences(),
        binding.addresses(),
        binding.capture());
  }
}
