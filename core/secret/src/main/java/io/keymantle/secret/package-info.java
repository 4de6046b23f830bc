/// The only home of plaintext. Use [SecretBytes] to hold a value, [SecretAccess] as the capability
/// that reading takes, and [SecretLease] for what a boundary receives. Modules that must stay blind
/// do not have this one on their class path (docs/design.md §3, R2).
@NullMarked
package io.keymantle.secret;

import org.jspecify.annotations.NullMarked;
