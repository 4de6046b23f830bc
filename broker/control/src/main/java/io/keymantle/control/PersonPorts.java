package io.keymantle.control;

import java.util.Optional;

/// What people's accounts and sessions need from below and beside them.
///
/// @param sessionSecret what the home's administrator chose; else the home makes its own
public record PersonPorts(
    PersonStore people,
    SessionStore sessions,
    PasswordHashes passwords,
    Optional<SessionSecret> sessionSecret) {}
