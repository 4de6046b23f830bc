package io.keymantle.domain;

import java.util.List;

/// A plaintext secret in an openclaw.json, without any part of it.
///
/// @param pointer RFC 6901, in the redacted text; empty for a comment, which has none
/// @param path the same for people
/// @param why what gives it away
/// @param length the class of its length: `1-7`, `8-19`, `20-63` or `64+` characters
/// @param protections what can come in its place: `env`, `ref`, `token`
public record ConfigurationFinding(
    String pointer, String path, String why, String length, List<String> protections) {
  public ConfigurationFinding {
    protections = List.copyOf(protections);
  }
}
