/// The tokens of JSON5, for the readers of openclaw.json: the import in `control`, which keeps
/// values only, and the editor's in `files`, which keeps the text. Use [Json5Scanner].
@NullMarked
package io.keymantle.json5;

import org.jspecify.annotations.NullMarked;
