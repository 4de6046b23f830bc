/// The main job and the self-attack, played against the real programs through their command line:
/// `keymantle demo` in a throw-away home, `keymantle selftest` against the user's own installation.
/// Nothing here can reach a secret of the user.
@NullMarked
package io.keymantle.demo;

import org.jspecify.annotations.NullMarked;
