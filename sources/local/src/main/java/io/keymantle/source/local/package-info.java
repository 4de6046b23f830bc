/// Sources on this machine. Use [EnvironmentSource] for `env:NAME`, [FileSource] for
/// `file:PATH#/json/pointer` and [CommandSource] for `exec:/path arguments`; [Dotenv] reads one
/// variable of a dotenv file.
@NullMarked
package io.keymantle.source.local;

import org.jspecify.annotations.NullMarked;
