package io.keymantle.server;

import io.keymantle.control.SourceConnection;
import io.keymantle.control.SourceHealth;
import io.keymantle.control.SourcePort;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.redeem.SourceReader;
import io.keymantle.redeem.SourceRegistry;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/// The sources outside the home that people set up, made from their settings. Thread-safe.
final class ConnectedSources implements SourcePort {
  /// Makes a source of one kind.
  interface Kind extends Function<SourceSettings, SecretSource> {}

  private final Map<String, Kind> kinds;
  private final SourceRegistry registry;
  private final Map<String, String> environment;
  private final Function<CredentialName, SecretBytes> logins;
  private final Supplier<List<SourceHealth>> health;

  /// @param environment what a provider's own clients would read
  /// @param logins reads a credential that a source logs in with
  ConnectedSources(
      Map<String, Kind> kinds,
      SourceRegistry registry,
      Map<String, String> environment,
      Function<CredentialName, SecretBytes> logins,
      Supplier<List<SourceHealth>> health) {
    this.kinds = Map.copyOf(kinds);
    this.registry = registry;
    this.environment = Map.copyOf(environment);
    this.logins = logins;
    this.health = health;
  }

  @Override
  public Set<String> kinds() {
    return kinds.keySet();
  }

  @Override
  public Set<String> builtIn() {
    return registry.builtIn();
  }

  @Override
  public void check(SourceConnection connection) {
    make(connection);
  }

  @Override
  public void connected(List<SourceConnection> connections) {
    List<SecretSource> sources = new ArrayList<>();
    for (SourceConnection each : connections) {
      try {
        sources.add(make(each));
      } catch (RefusedException e) {
        // Such as a file that is gone. Its credentials say that there is no such source.
        System.getLogger("io.keymantle.server")
            .log(System.Logger.Level.WARNING, e.problem().line());
      }
    }
    registry.connect(sources);
  }

  private SecretSource make(SourceConnection connection) {
    Map<String, Supplier<SecretBytes>> secrets = new HashMap<>();
    connection.logins().forEach((name, login) -> secrets.put(name, () -> logins.apply(login)));
    Kind kind = kinds.get(connection.kind());
    if (kind == null) {
      throw new IllegalArgumentException("control has checked the kind");
    }
    return kind.apply(
        new SourceSettings(connection.scheme(), connection.settings(), secrets, environment));
  }

  @Override
  public void test(String scheme) {
    try {
      source(scheme).test();
    } catch (SourceException e) {
      throw SourceReader.refusal(e);
    }
  }

  @Override
  public List<SourceReference> browse(String scheme, String under) {
    try {
      return source(scheme).browse(under);
    } catch (SourceException e) {
      throw SourceReader.refusal(e);
    }
  }

  private SecretSource source(String scheme) {
    return registry
        .find(scheme)
        .orElseThrow(() ->
            RefusedException.of(
                io.keymantle.domain.ErrorCode.INVALID_CONFIGURATION,
                "source " + scheme + " cannot be used as it is set up",
                "see the broker's log, and: keymantle source check " + scheme));
  }

  @Override
  public List<SourceHealth> health() {
    return health.get();
  }
}
