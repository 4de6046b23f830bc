package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Sessions of the people who administer a home. They outlive the broker. Thread-safe.
///
/// Guarantees: a session's token is made here at a log-in and nowhere else, and is kept as a keyed
/// hash; another session secret, a restore, a new password, another role and the end of an account
/// end the sessions concerned; what a person may do is read from their account at each call, not
/// from the session. Whether a name is known, a wrong password reads and costs the same.
///
/// In a home without accounts the session is its owner's, by the home's passphrase; a home with
/// neither needs none.
public final class PersonSessions {
  private static final int WRONG_LIMIT = 5;
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /// How much of its use a session may forget when the broker ends.
  private static final Duration USE_STEP = Duration.ofMinutes(1);

  private final PersonState state;
  private final People people;
  private final ControlPorts ports;
  private final PassphraseCheck passphrases;
  private final Lockouts lockouts;
  private final Operations operations;

  /// Guarded by this.
  private int wrongInARow;

  private Instant pausedUntil = Instant.MIN;

  PersonSessions(
      PersonState state,
      People people,
      ControlPorts ports,
      Lockouts lockouts,
      Operations operations) {
    this.state = state;
    this.people = people;
    this.ports = ports;
    this.passphrases = ports.passphrases();
    this.lockouts = lockouts;
    this.operations = operations;
  }

  /// Whether a session is needed at all.
  public boolean required() {
    return people.exist() || passphrases.required();
  }

  /// Opens a session in a home without accounts.
  ///
  /// @param passphrase the caller zeroes it
  /// @throws RefusedException with `wrong_key`, `rate_limited`, or `session_required` where people
  ///   log in by name
  public synchronized PersonSession open(char[] passphrase, SessionKind kind) {
    if (people.exist()) {
      throw sessionRequired();
    }
    Instant now = operations.clock().instant();
    if (now.isBefore(pausedUntil)) {
      throw RefusedException.of(
          ErrorCode.RATE_LIMITED,
          "there were " + WRONG_LIMIT + " wrong passphrases in a row",
          "try again in " + PAUSE.toSeconds() + " seconds");
    }
    if (passphrases.required() && !passphrases.matches(passphrase)) {
      wrongInARow++;
      if (wrongInARow >= WRONG_LIMIT) {
        wrongInARow = 0;
        pausedUntil = now.plus(PAUSE);
      }
      refused(Actor.Person.OWNER, ErrorCode.WRONG_KEY);
      throw RefusedException.of(
          ErrorCode.WRONG_KEY,
          "the passphrase is not the one of this home",
          "try again with: keymantle login");
    }
    wrongInARow = 0;
    return state.changing(() -> mint(Actor.Person.OWNER, Optional.empty(), kind));
  }

  /// Opens a person's session.
  ///
  /// @param name as it was typed
  /// @param password the caller zeroes it
  /// @param code a time-based code or a recovery code; empty when none was given
  /// @throws RefusedException with `wrong_key`, `rate_limited`, `factor_required` when the password
  ///   is right and a code is missing, `factor_refused`
  public PersonSession logIn(String name, char[] password, String code, SessionKind kind) {
    StoredPerson account = authenticate(name, password);
    if (ports.factors().active(account.name()).contains(Factor.TOTP)) {
      if (code.isEmpty()) {
        throw RefusedException.of(
            ErrorCode.FACTOR_REQUIRED,
            "this log-in needs the code of an authenticator, or a recovery code",
            "keymantle login --as " + account.name() + " asks for it");
      }
      ports.factors().loginCode(account.name(), code);
    }
    return opened(account, kind);
  }

  /// Opens a person's session by a passkey alone.
  ///
  /// @param challenge the id of [FactorCheck#loginChallenge]'s
  /// @param assertion the browser's `AuthenticationResponseJSON`
  /// @throws RefusedException with `factor_refused`, or `wrong_key` when the account has ended
  public PersonSession logInByPasskey(String challenge, String assertion, SessionKind kind) {
    PersonName name = ports.factors().login(challenge, assertion);
    return opened(
        state.account(name).filter(StoredPerson::active).orElseThrow(() -> wrong()), kind);
  }

  /// Spends an invitation, and opens its person's session, unless they have an authenticator still.
  ///
  /// @param password the caller zeroes it
  /// @param name for the first owner only: what they want to be called
  /// @throws RefusedException with `weak_secret`, `forbidden` when the invitation is void, or
  ///   `factor_required` when the password was set and the session needs a log-in with a code
  public PersonSession setUp(
      String invitation, char[] password, Optional<PersonName> name, SessionKind kind) {
    PersonName who = people.setUp(invitation, password, name);
    if (ports.factors().active(who).contains(Factor.TOTP)) {
      throw RefusedException.of(
          ErrorCode.FACTOR_REQUIRED,
          "the password is set; to log in takes a code of your authenticator too",
          "keymantle login --as " + who);
    }
    return opened(state.account(who).orElseThrow(() -> wrong()), kind);
  }

  /// Changes the password of the session's person. All their sessions end; the answer is a new one.
  ///
  /// @param current the caller zeroes it
  /// @param next the caller zeroes it
  /// @throws RefusedException with `wrong_key`, `rate_limited`, `weak_secret`
  public PersonSession changePassword(String token, char[] current, char[] next) {
    Actor.Person person = require(token);
    StoredSession session =
        Optional.ofNullable(state.sessions.get(state.secret().hash(token)))
            .filter(each -> each.account().isPresent())
            .orElseThrow(() ->
                RefusedException.of(
                    ErrorCode.NOT_FOUND,
                    "this home has no accounts, so you have no password of your own",
                    "make an account with: keymantle person add NAME --role owner"));
    Passwords.require(next);
    StoredPerson account = authenticate(person.name(), current);
    people.changePassword(person, account.password(), ports.people().passwords().hash(next));
    return opened(state.account(account.name()).orElseThrow(() -> wrong()), session.kind());
  }

  private StoredPerson authenticate(String name, char[] password) {
    Optional<StoredPerson> account =
        parsed(name).flatMap(state::account).filter(StoredPerson::active);
    Lockouts.Attempt attempt = lockouts.begin(state.secret().fingerprint(name));
    String hash = account.map(StoredPerson::password).orElseGet(ports.people().passwords()::decoy);
    boolean right;
    try {
      right =
          !Passwords.isTooLong(password)
              && ports.people().passwords().matches(password, hash)
              && account.isPresent();
    } catch (RefusedException e) {
      lockouts.undo(attempt);
      throw e;
    }
    if (!right) {
      // Who typed a password as a name must not find it in the ledger.
      Actor actor =
          account
              .<Actor>map(each -> new Actor.Person(each.name().value(), each.person().role()))
              .orElseGet(Actor.Broker::new);
      refused(actor, ErrorCode.WRONG_KEY);
      throw wrong();
    }
    lockouts.succeeded(attempt);
    return account.orElseThrow(() -> wrong());
  }

  private static Optional<PersonName> parsed(String name) {
    try {
      return Optional.of(new PersonName(name));
    } catch (RefusedException noName) {
      return Optional.empty();
    }
  }

  private PersonSession opened(StoredPerson proved, SessionKind kind) {
    return state.changing(() -> {
      // The account may have ended, or got another password, while the proof was looked at.
      StoredPerson account =
          state
              .account(proved.name())
              .filter(each -> each.active() && each.password().equals(proved.password()))
              .orElseThrow(() -> wrong());
      Actor.Person person = actor(account);
      PersonSession session = mint(person, Optional.of(account.name()), kind);
      Instant now = operations.clock().instant();
      ports.people().people().loggedIn(account.name(), now);
      state.accounts.put(account.name(), account.loggedIn(now));
      return session;
    });
  }

  private PersonSession mint(Actor.Person person, Optional<PersonName> account, SessionKind kind) {
    Entry entry = Entry.of(Kind.SESSION, person).with("verb", "open").with("kind", kind.toString());
    operations.factDurably(operations.ids().operation(), entry, "ok", "");
    Instant now = operations.clock().instant();
    String token = operations.ids().sessionToken();
    StoredSession session = new StoredSession(state.secret().hash(token), account, kind, now, now);
    ports.people().sessions().open(session, now.minus(SessionKind.CONSOLE.lifetime()));
    state.sessions.values().removeIf(each -> !each.isLive(now));
    state.sessions.put(session.token(), session);
    return new PersonSession(token, session.expiresAt(), person);
  }

  /// The person whose session this is. A home with neither accounts nor a passphrase accepts its
  /// owner with any token, also an empty one.
  ///
  /// @throws RefusedException with `session_required`
  public Actor.Person require(String token) {
    boolean accounts = people.exist();
    if (!accounts && !passphrases.required()) {
      return Actor.Person.OWNER;
    }
    Optional<StoredSession> live = find(token);
    live.ifPresent(this::use);
    Optional<Actor.Person> person =
        accounts
            ? live.flatMap(StoredSession::account)
                .flatMap(state::account)
                .filter(StoredPerson::active)
                .map(PersonSessions::actor)
            : live.filter(each -> each.account().isEmpty()).map(_ -> Actor.Person.OWNER);
    return person.orElseThrow(this::sessionRequired);
  }

  /// When the session ends at the latest; empty when there is no such session now.
  public Optional<Instant> expiresAt(String token) {
    return find(token).map(StoredSession::expiresAt);
  }

  private Optional<StoredSession> find(String token) {
    return Optional.ofNullable(state.sessions.get(state.secret().hash(token)))
        .filter(each -> each.isLive(operations.clock().instant()));
  }

  /// What a page shows beside its cookie, so that neither alone opens anything. Made from the token
  /// and the session secret; nothing is stored for it.
  public String csrf(String token) {
    return state.secret().csrf(token);
  }

  private void use(StoredSession session) {
    if (session.kind() == SessionKind.COMMAND_LINE) {
      return;
    }
    Instant now = operations.clock().instant();
    if (now.isBefore(session.lastUsedAt().plus(USE_STEP))) {
      return;
    }
    state.sessions.computeIfPresent(session.token(), (_, each) -> each.usedAt(now));
    try {
      ports.people().sessions().used(session.token(), now);
    } catch (RefusedException e) {
      // A full disk must not keep a person from revoking; at worst the session ends early.
      System.getLogger("io.keymantle.control").log(System.Logger.Level.WARNING, e.problem().line());
    }
  }

  /// Ends a session; nothing happens when there is none.
  public void close(String token) {
    TokenHash hash = state.secret().hash(token);
    StoredSession ended = state.sessions.remove(hash);
    if (ended == null) {
      return;
    }
    Actor actor =
        ended
            .account()
            .flatMap(state::account)
            .map(PersonSessions::actor)
            .orElse(Actor.Person.OWNER);
    ports.people().sessions().close(hash);
    operations.fact(
        operations.ids().operation(),
        Entry.of(Kind.SESSION, actor).with("verb", "close"),
        "ok",
        "");
  }

  private void refused(Actor actor, ErrorCode code) {
    operations.factDurably(
        operations.ids().operation(),
        Entry.of(Kind.SESSION, actor).with("verb", "open"),
        "refused",
        code.text());
  }

  private static Actor.Person actor(StoredPerson account) {
    return new Actor.Person(account.name().value(), account.person().role());
  }

  private static RefusedException wrong() {
    return RefusedException.of(
        ErrorCode.WRONG_KEY,
        "name and password do not belong together",
        "try again with: keymantle login --as NAME");
  }

  private RefusedException sessionRequired() {
    return RefusedException.of(
        ErrorCode.SESSION_REQUIRED,
        "this needs a person's session",
        people.exist() ? "log in with: keymantle login --as NAME" : "log in with: keymantle login");
  }
}
