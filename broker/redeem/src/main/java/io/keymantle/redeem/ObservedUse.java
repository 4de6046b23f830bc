package io.keymantle.redeem;

import java.util.List;

/// What a boundary saw of the use that it asks a secret for, for the ledger. Everything is verified
/// or canonical; nothing here holds a value or token.
///
/// @param destination the TLS-verified peer, such as `https://api.github.com`, or the command's
///   executable
/// @param method HTTP method, or `exec`
/// @param path canonical path with broker tokens masked; empty for commands
/// @param surface where the value will be put
/// @param query what stands beside the path, or the command's arguments; broker tokens masked. Of a
///   use that people are asked about; empty for others
/// @param headers fields that go along, each as `name: value`, broker tokens masked and secrets as
///   digests. Of a use that people are asked about; empty for others
/// @param bodyBytes length of the body as the agent sent it, when people are asked
/// @param bodyDigest its SHA-256 in hex, when people are asked
public record ObservedUse(
    String destination,
    String method,
    String path,
    String surface,
    String query,
    List<String> headers,
    long bodyBytes,
    String bodyDigest) {
  public ObservedUse {
    headers = List.copyOf(headers);
  }

  /// A use that no person is asked about.
  public static ObservedUse unasked(
      String destination, String method, String path, String surface) {
    return new ObservedUse(destination, method, path, surface, "", List.of(), 0, "");
  }
}
