/// Finds secret values, in all their encodings, in streams of bytes, and masks them. Use
/// [RedactionSet] to compile values once, and a [Redactor] per stream.
@NullMarked
package io.keymantle.redaction;

import org.jspecify.annotations.NullMarked;
