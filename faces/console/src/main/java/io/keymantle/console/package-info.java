/// The web console. Its pages are the ES modules under `src/main/web`; the build gives each a path
/// that names its content and compresses it. Blind: what a page shows comes over the HTTP API,
/// which carries no secret value.
///
/// Use [ConsoleFiles] to serve them.
@NullMarked
package io.keymantle.console;

import org.jspecify.annotations.NullMarked;
