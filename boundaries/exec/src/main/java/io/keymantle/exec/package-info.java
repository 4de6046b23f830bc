/// The command boundary: runs one pinned command with a secret value, away from the agent, and
/// redacts what it says. Sees plaintext only while handing it to the command.
///
/// Use [CommandBoundary] with an [ExecRequest] and an [OutputListener]; [ExecSettings] says where
/// the command finds the gateway.
@NullMarked
package io.keymantle.exec;

import org.jspecify.annotations.NullMarked;
