package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.Person;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The accounts of the people who administer a home, approve, or audit. Thread-safe.
///
/// Guarantees: the first person is an owner, and the last owner stays; whoever leaves, starts anew
/// or gets another role has no session any more; an invitation works once, for an hour, and is kept
/// as a hash; passwords have at least 12 characters and are kept as Argon2id hashes.
public final class People implements Electorate {
  /// The name of the first owner, when nobody chooses another.
  public static final PersonName FIRST = new PersonName("owner");

  private static final Duration INVITATION = Duration.ofHours(1);

  private final PersonState state;
  private final PersonStore store;
  private final PasswordHashes passwords;
  private final FactorCheck factors;
  private final FactorEnrolment enrolments;
  private final Lockouts lockouts;
  private final Operations operations;

  /// Guarded by the state. An invitation for whoever becomes the first owner; ends with the broker.
  private Optional<NewInvitation> firstOwner = Optional.empty();

  People(PersonState state, ControlPorts ports, Lockouts lockouts, Operations operations) {
    this.state = state;
    this.store = ports.people().people();
    this.passwords = ports.people().passwords();
    this.factors = ports.factors();
    this.enrolments = ports.enrolments();
    this.lockouts = lockouts;
    this.operations = operations;
  }

  /// Whether people log in by name here. Once somebody has, that stays so.
  public boolean exist() {
    return state.hasAccounts();
  }

  /// Tells of every change of an account, for as long as the home is open: whose yes counts may
  /// have changed with it. The watcher must not block.
  public void watch(Consumer<PersonName> watcher) {
    state.watch(watcher);
  }

  /// All accounts, disabled ones too, by name.
  public List<Person> list() {
    return state.accounts.values().stream().map(StoredPerson::person).toList();
  }

  /// Whether the person has yet to choose a password.
  public boolean isInvited(PersonName name) {
    return state
        .account(name)
        .filter(each -> !each.person().disabled() && !each.active())
        .isPresent();
  }

  /// In a home without accounts its owner is all there is.
  @Override
  public Optional<Role> role(PersonName name) {
    if (!exist()) {
      return name.equals(FIRST) ? Optional.of(Role.OWNER) : Optional.empty();
    }
    return state.account(name).filter(StoredPerson::active).map(each -> each.person().role());
  }

  @Override
  public Optional<Instant> since(PersonName name) {
    if (!exist()) {
      return name.equals(FIRST) ? Optional.of(Instant.MIN) : Optional.empty();
    }
    return state.account(name).map(each -> each.person().createdAt());
  }

  /// What the person has enrolled beside a password.
  public Set<Factor> factors(PersonName name) {
    return factors.active(name);
  }

  /// Until when wrong log-ins keep this name out, if they do.
  public Optional<Instant> lockedUntil(PersonName name) {
    return lockouts.lockedUntil(state.secret().fingerprint(name.value()));
  }

  /// The person's account, unless it was removed.
  ///
  /// @throws RefusedException with `not_found`
  public Person show(PersonName name) {
    return require(name).person();
  }

  /// Makes the first owner's account, when nobody has one.
  ///
  /// @param password the caller zeroes it
  /// @return false when there is an account already
  /// @throws RefusedException with `weak_secret`
  public boolean bootstrap(char[] password) {
    if (exist()) {
      return false;
    }
    Passwords.require(password);
    String hash = passwords.hash(password);
    return state.changing(() -> {
      if (exist()) {
        return false;
      }
      makeOwner(FIRST, hash, "bootstrap");
      return true;
    });
  }

  private void makeOwner(PersonName name, String hash, String verb) {
    StoredPerson owner = StoredPerson.withPassword(name, Role.OWNER, now(), hash);
    boolean waiting = isInvited(name);
    operations.perform(
        entry(new Actor.Broker(), verb, name).with("role", Role.OWNER.toString()),
        () -> {
          if (waiting) {
            store.replace(owner);
          } else {
            store.add(owner);
          }
          state.put(owner);
          firstOwner = Optional.empty();
        });
  }

  /// Makes an invitation by which somebody becomes the first owner. An earlier one is void then.
  ///
  /// @throws RefusedException with `already_exists` when somebody has an account
  public NewInvitation inviteFirstOwner() {
    return state.changing(() -> {
      if (exist()) {
        throw RefusedException.of(
            ErrorCode.ALREADY_EXISTS,
            "there is an account already, so there is no first owner to invite",
            "log in with: keymantle login --as NAME");
      }
      String token = operations.ids().invitationToken();
      NewInvitation made = new NewInvitation(FIRST, Role.OWNER, token, now().plus(INVITATION));
      operations.factDurably(
          operations.ids().operation(), entry(new Actor.Broker(), "invite", FIRST), "ok", "");
      firstOwner = Optional.of(made);
      return made;
    });
  }

  /// The invitation of [#inviteFirstOwner], while it can be used.
  public Optional<NewInvitation> firstOwnerInvitation() {
    return state.changing(
        () -> firstOwner.filter(each -> !exist() && now().isBefore(each.expiresAt())));
  }

  /// Adds an account, and invites its person to choose a password.
  ///
  /// @throws RefusedException with `already_exists`, or `conflict` when somebody who is no owner
  ///   would be the first person
  public NewInvitation add(Actor.Person actor, PersonName name, Role role) {
    return state.changing(() -> {
      if (!exist() && role != Role.OWNER) {
        throw RefusedException.of(
            ErrorCode.CONFLICT,
            "the first person is an owner: nobody else could administer the home",
            "keymantle person add NAME --role owner");
      }
      if (state.account(name).filter(each -> !each.person().disabled()).isPresent()) {
        throw RefusedException.of(
            ErrorCode.ALREADY_EXISTS,
            "there is a person " + name + " already",
            "for a new invitation run: keymantle person reset " + name);
      }
      NewInvitation made = invitation(name, role);
      StoredPerson account = StoredPerson.invited(name, role, now(), stored(made));
      operations.perform(
          entry(actor, "add", name).with("role", role.toString()),
          () -> {
            store.add(account);
            state.put(account);
          });
      return made;
    });
  }

  /// Takes a person's password and factors away, ends their sessions, and invites them to choose a
  /// new password.
  ///
  /// @throws RefusedException with `not_found`, or `conflict` for the last owner
  public NewInvitation reset(Actor.Person actor, PersonName name) {
    return state.changing(() -> {
      requireOtherOwner(
          name,
          "changes their own password: keymantle person password; or, forgotten: keymantle down,"
              + " then keymantle up --reset-owner "
              + name);
      NewInvitation made = invitedAgain(actor, "reset", name);
      enrolments.forget(actor, name);
      return made;
    });
  }

  /// Takes an owner's password away; for whoever can open the home itself, since nobody else can
  /// let a home's only owner in again. Their factors stay: who can start the broker has not for
  /// that what they hold, and approvals ask for it.
  ///
  /// @throws RefusedException with `not_found`, or `conflict` for who is no owner
  public NewInvitation recover(PersonName name) {
    return state.changing(() -> {
      if (require(name).person().role() != Role.OWNER) {
        throw RefusedException.of(
            ErrorCode.CONFLICT,
            name + " is no owner",
            "an owner runs: keymantle person reset " + name);
      }
      return invitedAgain(new Actor.Broker(), "recover", name);
    });
  }

  private NewInvitation invitedAgain(Actor actor, String verb, PersonName name) {
    StoredPerson account = require(name);
    NewInvitation made = invitation(name, account.person().role());
    change(actor, verb, account.invitation(stored(made)));
    lockouts.forget(state.secret().fingerprint(name.value()));
    return made;
  }

  /// Gives a person another role, and ends their sessions.
  ///
  /// @throws RefusedException with `not_found`, or `conflict` for the last owner
  public Person changeRole(Actor.Person actor, PersonName name, Role role) {
    return state.changing(() -> {
      StoredPerson account = require(name);
      if (role != Role.OWNER) {
        requireOtherOwner(name, "stays one: make another with keymantle person add");
      }
      StoredPerson changed = account.role(role);
      change(actor, "role", changed);
      return changed.person();
    });
  }

  /// Ends a person's account, factors and sessions. The name can be given to a new account.
  ///
  /// @throws RefusedException with `not_found`, or `conflict` for the last owner
  public void remove(Actor.Person actor, PersonName name) {
    state.changing(() -> {
      StoredPerson account = require(name);
      requireOtherOwner(name, "stays: make another with keymantle person add");
      change(actor, "remove", account.disabled());
      // The name may be given to somebody else, who must not come in with these.
      enrolments.forget(actor, name);
      return name;
    });
  }

  /// Whether the invitation can be spent now.
  ///
  /// @throws RefusedException with `forbidden` when not; why is not said
  PersonName requireInvited(String token, Optional<PersonName> chosen) {
    TokenHash hash = TokenHash.of(token);
    if (firstOwnerInvitation()
        .filter(each -> TokenHash.of(each.token()).equals(hash))
        .isPresent()) {
      return chosen.orElse(FIRST);
    }
    return state.accounts.values().stream()
        .filter(each ->
            each.invitation()
                .filter(made -> made.token().equals(hash) && now().isBefore(made.expiresAt()))
                .isPresent())
        .map(StoredPerson::name)
        .findFirst()
        .orElseThrow(People::invitationRefused);
  }

  /// Spends an invitation.
  ///
  /// @param password the caller zeroes it
  /// @throws RefusedException with `weak_secret` or `forbidden`
  PersonName setUp(String token, char[] password, Optional<PersonName> chosen) {
    Passwords.require(password);
    requireInvited(token, chosen);
    String hash = passwords.hash(password);
    return state.changing(() -> {
      PersonName name = requireInvited(token, chosen);
      if (firstOwnerInvitation().filter(each -> each.token().equals(token)).isPresent()) {
        makeOwner(name, hash, "set-up");
        return name;
      }
      operations.perform(
          entry(new Actor.Broker(), "set-up", name),
          () -> {
            if (!store.spend(name, TokenHash.of(token), hash, now())) {
              throw invitationRefused();
            }
            state.put(require(name).password(hash));
          });
      return name;
    });
  }

  /// Gives a person another password; their sessions end.
  void changePassword(Actor.Person person, String before, String hash) {
    state.changing(() -> {
      StoredPerson account = require(new PersonName(person.name()));
      if (!account.password().equals(before)) {
        throw RefusedException.of(
            ErrorCode.CONFLICT, "the password was changed meanwhile", "log in again");
      }
      change(person, "password", account.password(hash));
      return account;
    });
  }

  private void change(Actor actor, String verb, StoredPerson changed) {
    operations.perform(
        entry(actor, verb, changed.name()).with("role", changed.person().role().toString()),
        () -> {
          store.replace(changed);
          state.put(changed);
        });
  }

  private StoredPerson require(PersonName name) {
    return state
        .account(name)
        .filter(each -> !each.person().disabled())
        .orElseThrow(() ->
            RefusedException.of(
                ErrorCode.NOT_FOUND,
                "there is no person " + name,
                "see them with: keymantle person list"));
  }

  private void requireOtherOwner(PersonName name, String instead) {
    if (require(name).active() && state.isLastOwner(name)) {
      throw RefusedException.of(
          ErrorCode.CONFLICT, name + " is the only owner", "the only owner " + instead);
    }
  }

  private NewInvitation invitation(PersonName name, Role role) {
    return new NewInvitation(
        name, role, operations.ids().invitationToken(), now().plus(INVITATION));
  }

  private static Invitation stored(NewInvitation made) {
    return new Invitation(TokenHash.of(made.token()), made.expiresAt());
  }

  private static RefusedException invitationRefused() {
    return RefusedException.of(
        ErrorCode.FORBIDDEN,
        "this invitation cannot be used: it was spent, has expired, or never was one",
        "ask an owner to run: keymantle person reset NAME");
  }

  private Instant now() {
    return operations.clock().instant();
  }

  private static Entry entry(Actor actor, String verb, PersonName name) {
    return Entry.of(Kind.PERSON, actor).with("verb", verb).with("person", name.value());
  }
}
