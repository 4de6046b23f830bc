/// Sources on this machine. Use [EnvironmentSource] for `env:NAME`, [FileSource] for
/// `file:PATH#/json/pointer` and [CommandSource] for `exec:/path arguments`.
@NullMarked
package io.keymantle.source.local;

import org.jspecify.annotations.NullMarked;
