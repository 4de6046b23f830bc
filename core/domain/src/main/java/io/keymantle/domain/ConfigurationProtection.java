package io.keymantle.domain;

/// Which secret of an openclaw.json moves to the store, and what comes in its place.
///
/// @param pointer of a [ConfigurationFinding]
/// @param as `env`, `ref` or `token`
/// @param name the credential's; empty for one made of the path
/// @param rotate whether a credential of this name takes the value as its new one
public record ConfigurationProtection(String pointer, String as, String name, boolean rotate) {}
