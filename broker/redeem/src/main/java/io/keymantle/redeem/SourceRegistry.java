package io.keymantle.redeem;

import io.keymantle.source.spi.SecretSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The sources of a broker by their schemes: those that are always there, and those that people
/// connect while it runs. Thread-safe.
public final class SourceRegistry {
  private final Map<String, SecretSource> builtIn;
  private volatile Map<String, SecretSource> all;

  /// @param builtIn each with a scheme of its own, none of them `store`
  public SourceRegistry(List<SecretSource> builtIn) {
    this.builtIn =
        builtIn.stream().collect(Collectors.toMap(SecretSource::scheme, Function.identity()));
    this.all = Map.copyOf(this.builtIn);
  }

  /// These are connected from now on, and no others.
  public void connect(List<SecretSource> connected) {
    Map<String, SecretSource> next = new HashMap<>();
    connected.forEach(each -> next.put(each.scheme(), each));
    next.putAll(builtIn);
    all = Map.copyOf(next);
  }

  public Optional<SecretSource> find(String scheme) {
    return Optional.ofNullable(all.get(scheme));
  }

  public Set<String> builtIn() {
    return builtIn.keySet();
  }

  /// Every scheme, sorted; the built-in store's is not among them.
  public Set<String> schemes() {
    return new TreeSet<>(all.keySet());
  }
}
