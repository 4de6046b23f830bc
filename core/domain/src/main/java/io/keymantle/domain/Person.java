package io.keymantle.domain;

import java.time.Instant;
import java.util.Optional;

/// A person's account.
///
/// @param disabled removed: nobody logs in with it, and its name is free for a new account
/// @param lastLoginAt when its person last opened a session
public record Person(
    PersonName name,
    Role role,
    Instant createdAt,
    boolean disabled,
    Optional<Instant> lastLoginAt) {}
