package io.keymantle.control;

import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// People's accounts and sessions in memory: every answer comes from here, every change goes to a
/// store first. Changes are made one after the other, in [#changing].
final class PersonState {
  private static final String SECRET_CHECK = "session-secret-check";

  final Map<PersonName, StoredPerson> accounts = new ConcurrentSkipListMap<>();
  final Map<TokenHash, StoredSession> sessions = new ConcurrentHashMap<>();
  private final List<Consumer<PersonName>> watchers = new CopyOnWriteArrayList<>();
  private final SessionSecret secret;

  private PersonState(SessionSecret secret) {
    this.secret = secret;
  }

  /// Loads everything. Sessions that another secret was in force for have ended.
  static PersonState load(PersonPorts ports, SettingStore settings, Ids ids) {
    SessionSecret secret =
        ports.sessionSecret().orElseGet(() -> SessionSecret.of(own(ports.sessions(), ids)));
    PersonState state = new PersonState(secret);
    String check = secret.fingerprint("check");
    if (!settings.setting(SECRET_CHECK).equals(Optional.of(check))) {
      // Before the check, so that a crash in between ends them again rather than not at all.
      ports.sessions().closeAll();
      settings.putSetting(SECRET_CHECK, check);
    }
    ports.people().all().forEach(each -> state.accounts.put(each.name(), each));
    ports.sessions().all().forEach(each -> state.sessions.put(each.token(), each));
    return state;
  }

  private static byte[] own(SessionStore store, Ids ids) {
    return store
        .secret()
        .orElseGet(() -> {
          byte[] fresh = SessionSecret.fresh(ids.random());
          store.putSecret(fresh);
          return fresh;
        });
  }

  SessionSecret secret() {
    return secret;
  }

  /// Whether people log in by name. Once somebody has, that stays so.
  boolean hasAccounts() {
    return accounts.values().stream()
        .anyMatch(each -> each.active() || each.person().lastLoginAt().isPresent());
  }

  Optional<StoredPerson> account(PersonName name) {
    return Optional.ofNullable(accounts.get(name));
  }

  /// Whether this is the one owner who can log in.
  boolean isLastOwner(PersonName name) {
    return accounts.values().stream()
        .filter(each -> each.active() && each.person().role() == Role.OWNER)
        .allMatch(each -> each.name().equals(name));
  }

  /// Puts an account in the place of the one of its name, whose sessions end.
  void put(StoredPerson account) {
    accounts.put(account.name(), account);
    sessions.values().removeIf(each -> each.account().equals(Optional.of(account.name())));
    watchers.forEach(watcher -> watcher.accept(account.name()));
  }

  void watch(Consumer<PersonName> watcher) {
    watchers.add(watcher);
  }

  synchronized <T> T changing(Supplier<T> work) {
    return work.get();
  }
}
