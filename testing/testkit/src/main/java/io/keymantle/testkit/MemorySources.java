package io.keymantle.testkit;

import io.keymantle.control.SourceConnection;
import io.keymantle.control.SourceHealth;
import io.keymantle.control.SourcePort;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.redeem.SourceRegistry;
import io.keymantle.source.spi.SecretSource;
import java.util.List;
import java.util.Set;

/// Sources of the kind `other`, which reach nothing; `fake` needs no connection. Thread-safe.
public final class MemorySources implements SourcePort {
  private final SourceRegistry registry;
  private volatile List<SourceConnection> connected = List.of();

  MemorySources(SourceRegistry registry) {
    this.registry = registry;
  }

  public List<SourceConnection> connected() {
    return connected;
  }

  @Override
  public Set<String> kinds() {
    return Set.of("other");
  }

  @Override
  public Set<String> builtIn() {
    return registry.builtIn();
  }

  @Override
  public void check(SourceConnection connection) {
    if (connection.settings().containsKey("unknown")) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION, "there is no setting unknown", "leave it out");
    }
  }

  @Override
  public void connected(List<SourceConnection> connections) {
    connected = List.copyOf(connections);
    registry.connect(
        connections.stream().<SecretSource>map(each -> new FakeSource(each.scheme())).toList());
  }

  @Override
  public void test(String scheme) {}

  @Override
  public List<SourceReference> browse(String scheme, String under) {
    return List.of(new SourceReference(scheme, under + "item"));
  }

  @Override
  public List<SourceHealth> health() {
    return List.of();
  }
}
