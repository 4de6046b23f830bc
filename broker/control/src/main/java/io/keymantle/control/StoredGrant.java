package io.keymantle.control;

import io.keymantle.domain.Grant;

/// A grant with the hash of its broker token.
///
/// @param used redemptions so far; counted only for grants with a limit
public record StoredGrant(Grant grant, TokenHash token, int used) {}
