package io.keymantle.control;

import java.time.Instant;

/// A person's new session. The token (`kms_…`) is shown once, here.
public record PersonSession(String token, Instant expiresAt, Actor.Person person) {
  @Override
  public String toString() {
    return "PersonSession[" + person + " until " + expiresAt + "]";
  }
}
