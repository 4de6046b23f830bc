/// Starts a process in namespaces of its own (bubblewrap), with Keymantle's gateway as only
/// network. Knows no secrets: a private value passes through [Confined#handOver] as bytes and stays
/// nowhere.
///
/// Use [Isolation#probe()] to learn whether this machine can isolate, [AgentProfile] for `run` (the
/// agent sees the machine as its user does, without Keymantle and other places of secrets),
/// [CommandProfile] for `exec` (system folders read-only, everything else empty), [Sandbox] to
/// start either, and [Confined] for the running process.
@NullMarked
package io.keymantle.sandbox;

import org.jspecify.annotations.NullMarked;
