/// Puts the distribution together; nothing of it is in the distribution.
@NullMarked
package io.keymantle.dist;

import org.jspecify.annotations.NullMarked;
