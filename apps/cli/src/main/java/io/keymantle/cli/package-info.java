/// The `keymantle` command: parses what a person or agent typed, asks a running broker over its
/// Unix socket or agent listener, prints the answer. It opens no home and never has `secret` on its
/// class path; a value that is typed is sealed by `intake` before it leaves this process.
///
/// [Main] is where the launcher enters; [Commands] is the table of all verbs; each verb is one
/// class named after it.
@NullMarked
package io.keymantle.cli;

import org.jspecify.annotations.NullMarked;
