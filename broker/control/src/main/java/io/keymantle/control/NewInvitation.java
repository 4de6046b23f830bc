package io.keymantle.control;

import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.time.Instant;

/// A new invitation with its token (`kmi_…`). The token is shown once, here.
public record NewInvitation(PersonName name, Role role, String token, Instant expiresAt) {
  @Override
  public String toString() {
    return "NewInvitation[" + name + "]";
  }
}
