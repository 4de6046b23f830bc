package io.keymantle.redeem;

/// What a boundary saw of the use that it asks a secret for, for the ledger. Everything is verified
/// or canonical; nothing here holds a value or token.
///
/// @param destination the TLS-verified peer, such as `https://api.github.com`, or the command's
///   executable
/// @param method HTTP method, or `exec`
/// @param path canonical path with broker tokens masked; empty for commands
/// @param surface where the value will be put
public record ObservedUse(String destination, String method, String path, String surface) {}
