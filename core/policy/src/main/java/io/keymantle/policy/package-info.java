/// Decides whether an agent may use a credential. Use [Policy#decide]: it is pure and total, and
/// every [Decision] says which rule made it.
@NullMarked
package io.keymantle.policy;

import org.jspecify.annotations.NullMarked;
