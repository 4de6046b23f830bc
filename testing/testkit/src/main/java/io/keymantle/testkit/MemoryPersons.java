package io.keymantle.testkit;

import io.keymantle.control.Attempts;
import io.keymantle.control.Invitation;
import io.keymantle.control.PersonStore;
import io.keymantle.control.SessionStore;
import io.keymantle.control.StoredPerson;
import io.keymantle.control.StoredSession;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Person;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// People's accounts and sessions of one home in memory. Thread-safe.
final class MemoryPersons {
  private final Runnable requireWritable;
  private final SortedMap<PersonName, StoredPerson> accounts = new TreeMap<>();
  private final Map<String, Attempts> attempts = new LinkedHashMap<>();
  private final Map<TokenHash, StoredSession> sessions = new LinkedHashMap<>();
  private Optional<byte[]> secret = Optional.empty();

  /// @param requireWritable fails while the stores do
  MemoryPersons(Runnable requireWritable) {
    this.requireWritable = requireWritable;
  }

  PersonStore people() {
    return new Accounts();
  }

  SessionStore sessions() {
    return new Sessions();
  }

  /// What a restore does: every session ends, every invitation is void.
  synchronized void restored() {
    sessions.clear();
    accounts.replaceAll(
        (_, each) -> new StoredPerson(each.person(), each.password(), Optional.empty()));
  }

  private final class Accounts implements PersonStore {
    @Override
    public List<StoredPerson> all() {
      synchronized (MemoryPersons.this) {
        return List.copyOf(accounts.values());
      }
    }

    @Override
    public void add(StoredPerson added) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        StoredPerson before = accounts.get(added.person().name());
        if (before != null && !before.person().disabled()) {
          throw RefusedException.of(ErrorCode.ALREADY_EXISTS, "it exists already", "");
        }
        accounts.put(added.person().name(), added);
      }
    }

    @Override
    public void replace(StoredPerson changed) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        PersonName name = changed.person().name();
        if (accounts.replace(name, changed) == null) {
          throw RefusedException.of(ErrorCode.NOT_FOUND, "there is no person " + name, "");
        }
        sessions.values().removeIf(each -> each.account().equals(Optional.of(name)));
      }
    }

    @Override
    public boolean spend(PersonName name, TokenHash invitation, String password, Instant now) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        StoredPerson before = accounts.get(name);
        Optional<Invitation> live =
            Optional.ofNullable(before)
                .flatMap(StoredPerson::invitation)
                .filter(each -> each.token().equals(invitation) && now.isBefore(each.expiresAt()));
        if (before == null || before.person().disabled() || live.isEmpty()) {
          return false;
        }
        accounts.put(name, new StoredPerson(before.person(), password, Optional.empty()));
        return true;
      }
    }

    @Override
    public void loggedIn(PersonName name, Instant at) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        accounts.computeIfPresent(
            name,
            (_, each) -> {
              Person person = each.person();
              return new StoredPerson(
                  new Person(
                      name, person.role(), person.createdAt(), person.disabled(), Optional.of(at)),
                  each.password(),
                  each.invitation());
            });
      }
    }

    @Override
    public List<Attempts> attempts() {
      synchronized (MemoryPersons.this) {
        return List.copyOf(attempts.values());
      }
    }

    @Override
    public void put(Attempts changed) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        attempts.put(changed.subject(), changed);
      }
    }

    @Override
    public void forgetAttempts(String subject) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        attempts.remove(subject);
      }
    }
  }

  private final class Sessions implements SessionStore {
    @Override
    public List<StoredSession> all() {
      synchronized (MemoryPersons.this) {
        return List.copyOf(sessions.values());
      }
    }

    @Override
    public void open(StoredSession session, Instant forgetBefore) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        sessions.values().removeIf(each -> each.createdAt().isBefore(forgetBefore));
        sessions.put(session.token(), session);
      }
    }

    @Override
    public void used(TokenHash token, Instant at) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        sessions.computeIfPresent(
            token,
            (_, each) ->
                new StoredSession(token, each.account(), each.kind(), each.createdAt(), at));
      }
    }

    @Override
    public void close(TokenHash token) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        sessions.remove(token);
      }
    }

    @Override
    public void closeAll() {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        sessions.clear();
      }
    }

    @Override
    public Optional<byte[]> secret() {
      synchronized (MemoryPersons.this) {
        return secret;
      }
    }

    @Override
    public void putSecret(byte[] made) {
      synchronized (MemoryPersons.this) {
        requireWritable.run();
        secret = Optional.of(made.clone());
      }
    }
  }
}
