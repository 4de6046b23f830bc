package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Bearer tokens (`kmw_…`) by which services show each other and this broker who they are, such as
/// an OpenClaw gateway and its workspace service. Thread-safe.
///
/// Guarantees: a token has 256 random bits, is shown once and kept as a hash; it opens what its
/// scopes name and nothing else; after a rotation the one before it works on for the overlap, so
/// that nothing breaks; after a revocation nothing of the service works.
public final class ServiceTokens {
  /// Reading the ledger over the admin API.
  public static final String LEDGER_READ = "ledger:read";

  private static final int MOST = 100;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern SCOPE = Pattern.compile("[a-z][a-z0-9:._-]{0,63}");
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

  private final TokenStore store;
  private final Operations operations;
  private final Map<TokenHash, StoredToken> tokens = new ConcurrentHashMap<>();

  ServiceTokens(TokenStore store, Operations operations) {
    this.store = store;
    this.operations = operations;
    store.all().forEach(each -> tokens.put(each.hash(), each));
  }

  /// A token with its text, which is known to nobody after this.
  public record Made(String token, StoredToken stored) {
    /// Hides the token.
    @Override
    public String toString() {
      return "Made[" + stored.name() + "]";
    }
  }

  /// The newest token of each service.
  public List<StoredToken> list() {
    return StoredToken.newest(valid());
  }

  /// How many tokens of a service work now: two while a rotation overlaps.
  public long count(String name) {
    return valid().stream().filter(each -> each.name().equals(name)).count();
  }

  private List<StoredToken> valid() {
    Instant now = operations.clock().instant();
    return tokens.values().stream()
        .filter(each -> each.isValid(now))
        .sorted(Comparator.comparing(StoredToken::name))
        .toList();
  }

  /// The services whose tokens should be rotated by now.
  public List<String> due() {
    Instant now = operations.clock().instant();
    return list().stream().filter(each -> each.isDue(now)).map(StoredToken::name).toList();
  }

  /// @throws RefusedException with `already_exists` or `invalid_request`
  public synchronized Made create(
      Actor.Person actor,
      String name,
      Set<String> scopes,
      Optional<Duration> expiresAfter,
      Optional<Duration> rotateEvery) {
    if (!NAME.matcher(name).matches()) {
      throw invalid("a service's name is 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
    }
    if (scopes.isEmpty() || !scopes.stream().allMatch(each -> SCOPE.matcher(each).matches())) {
      throw invalid("a token has scopes such as ledger:read or workspace");
    }
    if (count(name) > 0) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS,
          "service " + name + " has a token already",
          "keymantle token rotate " + name);
    }
    if (list().size() >= MOST) {
      throw invalid("there are " + MOST + " services, the most there may be");
    }
    Instant now = operations.clock().instant();
    return make(
        actor,
        "create",
        new StoredToken(
            name, TokenHash.of(""), scopes, now, expiresAfter.map(now::plus), rotateEvery),
        List.of());
  }

  /// Makes a new token of the same scopes; the one before works on for the overlap.
  ///
  /// @throws RefusedException with `not_found` or `invalid_request`
  public synchronized Made rotate(Actor.Person actor, String name, Duration overlap) {
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw invalid("an overlap is 0s to 30d");
    }
    StoredToken before =
        list().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> notFound(name));
    Instant now = operations.clock().instant();
    List<StoredToken> ending =
        valid().stream()
            .filter(each -> each.name().equals(name))
            .map(each -> each.endingAt(now.plus(overlap)))
            .toList();
    Optional<Instant> end =
        before.expiresAt().map(each -> now.plus(Duration.between(before.createdAt(), each)));
    return make(
        actor,
        "rotate",
        new StoredToken(name, before.hash(), before.scopes(), now, end, before.rotateEvery()),
        ending);
  }

  private Made make(Actor.Person actor, String verb, StoredToken like, List<StoredToken> ending) {
    String token = operations.ids().serviceToken();
    StoredToken stored =
        new StoredToken(
            like.name(),
            TokenHash.of(token),
            like.scopes(),
            like.createdAt(),
            like.expiresAt(),
            like.rotateEvery());
    List<StoredToken> changed = new ArrayList<>(ending);
    changed.add(stored);
    operations.perform(
        entry(actor, verb, like.name()).with("scopes", String.join(" ", like.scopes())),
        () -> {
          store.put(changed);
          changed.forEach(each -> tokens.put(each.hash(), each));
        });
    return new Made(token, stored);
  }

  /// Ends every token of a service at once.
  ///
  /// @throws RefusedException with `not_found`
  public synchronized void revoke(Actor.Person actor, String name) {
    if (tokens.values().stream().noneMatch(each -> each.name().equals(name))) {
      throw notFound(name);
    }
    // In memory first: what follows may fail, and is then to be repeated.
    tokens.values().removeIf(each -> each.name().equals(name));
    operations.perform(entry(actor, "revoke", name), () -> store.remove(name));
  }

  /// The token that this is, with what it may.
  ///
  /// @throws RefusedException with `unauthenticated`
  public StoredToken check(String token) {
    StoredToken stored = tokens.get(TokenHash.of(token));
    if (stored == null || !stored.isValid(operations.clock().instant())) {
      throw RefusedException.of(
          ErrorCode.UNAUTHENTICATED,
          "this is no token of a service that is valid here",
          "ask an owner to run: keymantle token create NAME --scope SCOPE");
    }
    return stored;
  }

  /// @throws RefusedException with `unauthenticated`, or `forbidden` without the scope
  public void require(String token, String scope) {
    if (!check(token).scopes().contains(scope)) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "this token of a service is not for " + scope,
          "ask an owner for one with: keymantle token create NAME --scope " + scope);
    }
  }

  /// Forgets what ended a day ago.
  void sweep() {
    Instant forgotten = operations.clock().instant().minus(Duration.ofDays(1));
    if (tokens.values().removeIf(each -> !each.isValid(forgotten))) {
      store.purge(forgotten);
    }
  }

  private static Entry entry(Actor actor, String verb, String name) {
    return Entry.of(Kind.TOKEN, actor).with("verb", verb).with("service", name);
  }

  private static RefusedException notFound(String name) {
    return RefusedException.of(
        ErrorCode.NOT_FOUND, "service " + name + " has no token", "keymantle token list");
  }

  private static RefusedException invalid(String why) {
    return RefusedException.of(ErrorCode.INVALID_REQUEST, why, "see keymantle token create --help");
  }
}
