package io.keymantle.control;

import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The sources outside the home, where credentials' values live. Thread-safe.
///
/// Guarantees: what a source logs in with is a credential of the built-in store that asks nobody
/// before it is used, so that no rule is gone around by calling it a login; a source that a
/// credential names is not taken away.
public final class Sources {
  private static final String SETTING = "sources";
  private static final int MOST = 64;

  private final SettingStore store;
  private final SourcePort port;
  private final HomeState state;
  private final Operations operations;

  Sources(SettingStore store, SourcePort port, HomeState state, Operations operations) {
    this.store = store;
    this.port = port;
    this.state = state;
    this.operations = operations;
  }

  void load() {
    port.connected(list());
  }

  /// All that were set up, by scheme.
  public synchronized List<SourceConnection> list() {
    return store.setting(SETTING).map(SourceCodec::readAll).orElse(List.of());
  }

  /// @throws RefusedException with `not_found`
  public SourceConnection show(String scheme) {
    return find(scheme).orElseThrow(() -> notFound(scheme));
  }

  private Optional<SourceConnection> find(String scheme) {
    return list().stream().filter(each -> each.scheme().equals(scheme)).findFirst();
  }

  /// The schemes that credentials can name now.
  public List<String> schemes() {
    List<String> schemes = new ArrayList<>(port.builtIn());
    list().forEach(each -> schemes.add(each.scheme()));
    return schemes.stream().sorted().toList();
  }

  /// Sets a source up, or up anew.
  ///
  /// @throws RefusedException with `invalid_configuration`, or `not_found` for a login that is no
  ///   credential
  public synchronized void set(Actor.Person actor, SourceConnection connection) {
    SourceReference named = new SourceReference(connection.scheme(), "");
    if (named.isStore() || port.builtIn().contains(connection.scheme())) {
      throw invalid(connection.scheme() + " needs no setting up", "give it another name");
    }
    if (!port.kinds().contains(connection.kind())) {
      throw invalid(
          "there is no kind of source " + KeyPath.printable(connection.kind()),
          "use one of " + String.join(", ", port.kinds().stream().sorted().toList()));
    }
    connection.logins().values().forEach(this::requireLogin);
    port.check(connection);
    List<SourceConnection> all = new ArrayList<>(list());
    all.removeIf(each -> each.scheme().equals(connection.scheme()));
    if (all.size() >= MOST) {
      throw invalid("there are " + MOST + " sources, the most there may be", "remove one");
    }
    all.add(connection);
    put(actor, "set", connection, all);
  }

  /// Takes a source away.
  ///
  /// @throws RefusedException with `not_found`, or `conflict` while a credential names it
  public synchronized void remove(Actor.Person actor, String scheme) {
    SourceConnection connection = show(scheme);
    state.credentials.values().stream()
        .filter(each -> each.source().scheme().equals(scheme))
        .findFirst()
        .ifPresent(user -> {
          throw RefusedException.of(
              ErrorCode.CONFLICT,
              "credential " + user.name() + " has its value there",
              "keymantle credential set " + user.name() + " --source store, or remove it");
        });
    List<SourceConnection> all = new ArrayList<>(list());
    all.removeIf(each -> each.scheme().equals(scheme));
    put(actor, "remove", connection, all);
  }

  private void put(
      Actor.Person actor, String verb, SourceConnection connection, List<SourceConnection> all) {
    operations.perform(
        Entry.of(Kind.CONFIGURATION, actor)
            .with("verb", verb)
            .with("source", connection.scheme())
            .with("kind", connection.kind()),
        () -> {
          store.putSetting(SETTING, SourceCodec.text(all));
          port.connected(all);
        });
  }

  /// The credential that a source logs in with.
  ///
  /// @throws RefusedException with `not_found`, or `invalid_configuration` when it may not be one
  public Credential requireLogin(CredentialName name) {
    Credential login = state.credential(name).orElseThrow(() -> Catalogue.notFound(name));
    boolean asks = login.rules().requireTotp() || !login.rules().approvals().isEmpty();
    if (asks || !login.source().isStore() || login.kind() != CredentialKind.VALUE) {
      throw RefusedException.about(
          name,
          ErrorCode.INVALID_CONFIGURATION,
          asks
              ? "it asks people before it is used, which a source's login cannot"
              : "a source's login is a value in the built-in store",
          "add another: keymantle credential add NAME");
    }
    return login;
  }

  /// Reaches a source and logs in there; blocks.
  ///
  /// @throws RefusedException with one of the `source_` codes, or `not_found`
  public void test(String scheme) {
    requireKnown(scheme);
    port.test(scheme);
  }

  /// What can be read there, names only; blocks.
  ///
  /// @throws RefusedException with one of the `source_` codes, or `not_found`
  public List<SourceReference> browse(String scheme, String under) {
    requireKnown(scheme);
    return port.browse(scheme, under);
  }

  /// How each source has been that was read since the start.
  public List<SourceHealth> health() {
    return port.health();
  }

  private void requireKnown(String scheme) {
    if (!schemes().contains(scheme)) {
      throw notFound(scheme);
    }
  }

  private static RefusedException notFound(String scheme) {
    return RefusedException.of(
        ErrorCode.NOT_FOUND,
        "there is no source " + KeyPath.printable(scheme),
        "see them with: keymantle source list");
  }

  private static RefusedException invalid(String message, String fix) {
    return RefusedException.of(ErrorCode.INVALID_CONFIGURATION, message, fix);
  }
}
