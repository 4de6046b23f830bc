/// What a source of secret values implements: [SecretSource], found by [java.util.ServiceLoader].
/// At most 100 lines in all, and the only part of Keymantle that is open to third parties
/// (docs/design.md, R5).
@NullMarked
package io.keymantle.source.spi;

import org.jspecify.annotations.NullMarked;
