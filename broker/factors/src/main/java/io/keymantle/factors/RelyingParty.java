package io.keymantle.factors;

import java.util.Set;

/// The web site that passkeys are bound to, as WebAuthn names it.
///
/// @param id a domain, such as `localhost`
/// @param origins the exact origins whose pages may ask, such as `http://localhost:7750`
public record RelyingParty(String id, Set<String> origins) {
  public RelyingParty {
    origins = Set.copyOf(origins);
  }
}
