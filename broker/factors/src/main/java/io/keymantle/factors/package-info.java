/// Checks what people hold beside their session: time-based codes, passkeys and recovery codes. Use
/// [Factors], which implements `control`'s ports; a store implements [FactorStore], whose atomic
/// steps are what makes each code count once. Holds the seeds that `control` must not see.
@NullMarked
package io.keymantle.factors;

import org.jspecify.annotations.NullMarked;
