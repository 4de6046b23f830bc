package io.keymantle.testkit;

import io.keymantle.control.TokenHash;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.factors.FactorStore;
import io.keymantle.factors.Gate;
import io.keymantle.factors.GateName;
import io.keymantle.factors.Outcome;
import io.keymantle.factors.StoredPasskey;
import io.keymantle.factors.StoredTotp;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/// Factors in memory, each method atomic under one lock.
final class MemoryFactors implements FactorStore {
  private record GateOf(PersonName person, GateName name) {}

  private final Runnable requireWritable;
  private final Map<PersonName, StoredTotp> active = new HashMap<>();
  private final Map<PersonName, StoredTotp> proposed = new HashMap<>();
  private final Map<PersonName, Long> versions = new HashMap<>();
  private final Map<PersonName, String> handles = new HashMap<>();
  private final Map<PersonName, Set<TokenHash>> recovery = new HashMap<>();
  private final Map<String, StoredPasskey> passkeys = new LinkedHashMap<>();
  private final Map<GateOf, Gate> gates = new HashMap<>();

  /// @param requireWritable refuses when the disk is full
  MemoryFactors(Runnable requireWritable) {
    this.requireWritable = requireWritable;
  }

  @Override
  public synchronized Optional<StoredTotp> activeTotp(PersonName person) {
    return Optional.ofNullable(active.get(person));
  }

  @Override
  public synchronized Optional<StoredTotp> proposedTotp(PersonName person) {
    return Optional.ofNullable(proposed.get(person));
  }

  @Override
  public synchronized Gate gate(PersonName person, GateName name) {
    return gates.getOrDefault(new GateOf(person, name), Gate.NEW);
  }

  private Outcome attempt(
      PersonName person, GateName name, Instant now, Supplier<Outcome> attempt) {
    requireWritable.run();
    Gate gate = gate(person, name);
    Outcome outcome = gate.closedAt(now) ? Outcome.LOCKED : attempt.get();
    gates.put(new GateOf(person, name), gate.after(outcome, now));
    return outcome;
  }

  @Override
  public synchronized long nextTotpVersion(PersonName person) {
    requireWritable.run();
    return versions.merge(person, 1L, Long::sum);
  }

  @Override
  public synchronized void proposeTotp(StoredTotp seed) {
    requireWritable.run();
    proposed.put(seed.person(), seed);
  }

  @Override
  public synchronized boolean confirmTotp(
      PersonName person, long version, long step, int drift, Set<TokenHash> recoveryCodes) {
    requireWritable.run();
    StoredTotp seed = proposed.get(person);
    if (seed == null || seed.version() != version || (!seed.proven() && hasFactor(person))) {
      return false;
    }
    proposed.remove(person);
    active.put(person, used(seed, step, drift));
    gates.remove(new GateOf(person, GateName.TOTP));
    recovery.put(person, new LinkedHashSet<>(recoveryCodes));
    return true;
  }

  private static StoredTotp used(StoredTotp seed, long step, int drift) {
    return new StoredTotp(
        seed.person(),
        seed.version(),
        seed.totp(),
        seed.seed(),
        true,
        seed.proven(),
        seed.createdAt(),
        step,
        drift);
  }

  private boolean hasFactor(PersonName person) {
    return active.containsKey(person) || !passkeys(person).isEmpty();
  }

  @Override
  public synchronized Outcome tryStep(
      PersonName person, long version, OptionalLong step, int drift, Instant now) {
    return attempt(
        person,
        GateName.TOTP,
        now,
        () -> {
          if (step.isEmpty()) {
            return Outcome.INVALID;
          }
          StoredTotp seed = active.get(person);
          if (seed == null || seed.version() != version || seed.lastStep() >= step.getAsLong()) {
            return Outcome.REPLAY;
          }
          active.put(person, used(seed, step.getAsLong(), drift));
          return Outcome.ACCEPT;
        });
  }

  synchronized void spendSteps(long lastStep) {
    active.replaceAll((_, seed) -> used(seed, Math.max(seed.lastStep(), lastStep), seed.drift()));
  }

  @Override
  public synchronized void removeTotp(PersonName person) {
    requireWritable.run();
    active.remove(person);
    proposed.remove(person);
    forgetUnneededCodes(person);
  }

  private void forgetUnneededCodes(PersonName person) {
    if (!hasFactor(person)) {
      recovery.remove(person);
    }
  }

  @Override
  public synchronized Outcome tryRecoveryCode(PersonName person, TokenHash code, Instant now) {
    return attempt(
        person,
        GateName.RECOVERY,
        now,
        () ->
            recovery.getOrDefault(person, new LinkedHashSet<>()).remove(code)
                ? Outcome.ACCEPT
                : Outcome.INVALID);
  }

  @Override
  public synchronized void replaceRecoveryCodes(PersonName person, Set<TokenHash> codes) {
    requireWritable.run();
    recovery.put(person, new LinkedHashSet<>(codes));
  }

  @Override
  public synchronized int recoveryCodes(PersonName person) {
    return recovery.getOrDefault(person, Set.of()).size();
  }

  @Override
  public synchronized Optional<String> userHandle(PersonName person) {
    return Optional.ofNullable(handles.get(person));
  }

  @Override
  public synchronized String assignUserHandle(PersonName person, String fresh) {
    requireWritable.run();
    return handles.computeIfAbsent(person, _ -> fresh);
  }

  @Override
  public synchronized List<StoredPasskey> passkeys(PersonName person) {
    return passkeys.values().stream()
        .filter(each -> each.person().equals(person))
        .sorted(Comparator.comparing(StoredPasskey::createdAt).thenComparing(StoredPasskey::id))
        .toList();
  }

  @Override
  public synchronized Optional<StoredPasskey> passkey(String id) {
    return Optional.ofNullable(passkeys.get(id));
  }

  @Override
  public synchronized boolean addPasskey(StoredPasskey passkey, boolean proven) {
    requireWritable.run();
    if (!proven && hasFactor(passkey.person())) {
      return false;
    }
    if (passkeys.putIfAbsent(passkey.id(), passkey) != null) {
      throw RefusedException.of(ErrorCode.ALREADY_EXISTS, "it exists already", "");
    }
    return true;
  }

  @Override
  public synchronized Outcome tryPasskey(
      PersonName person, String id, OptionalLong counter, Instant now) {
    return attempt(
        person,
        GateName.PASSKEY,
        now,
        () -> {
          StoredPasskey stored = passkeys.get(id);
          if (stored == null
              || !stored.person().equals(person)
              || stored.disabled()
              || counter.isEmpty()) {
            return Outcome.INVALID;
          }
          boolean follows = stored.mayFollow(counter.getAsLong());
          long highest = follows ? counter.getAsLong() : stored.counter();
          Optional<Instant> usedAt = follows ? Optional.of(now) : stored.usedAt();
          passkeys.put(
              id,
              new StoredPasskey(
                  id,
                  person,
                  stored.label(),
                  stored.attested(),
                  highest,
                  stored.backupEligible(),
                  !follows,
                  stored.createdAt(),
                  usedAt));
          return follows ? Outcome.ACCEPT : Outcome.CLONED;
        });
  }

  @Override
  public synchronized boolean removePasskey(PersonName person, String id) {
    requireWritable.run();
    boolean removed =
        passkeys.values().removeIf(each -> each.person().equals(person) && each.id().equals(id));
    forgetUnneededCodes(person);
    return removed;
  }

  @Override
  public synchronized void forget(PersonName person) {
    requireWritable.run();
    active.remove(person);
    proposed.remove(person);
    recovery.remove(person);
    handles.remove(person);
    passkeys.values().removeIf(each -> each.person().equals(person));
    gates.keySet().removeIf(each -> each.person().equals(person));
  }
}
