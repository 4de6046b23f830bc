package io.keymantle.files;

import io.keymantle.domain.ConfigurationFinding;
import java.util.List;
import java.util.Map;

/// An openclaw.json as faces may show it, and what is needed to put the secrets back.
///
/// Guarantees: [#text] holds no secret that [SensitiveValues], [KnownSecrets] or [CommentSecrets]
/// finds; where nothing is hidden it is the file's text to the character. Paths are those of the
/// redacted text, where a key that is a secret shows its mark.
///
/// @param original the file's text; never leaves this room
/// @param redacted the text with sentinels, read again
/// @param fields the hidden values as they are written in the file, by RFC 6901 pointer
/// @param parts which part of a hidden value is the secret, by pointer; secrets only
/// @param keys the hidden keys as they are written in the file, by pointer of the member
/// @param comments hidden text of comments by its mark
record RedactedConfiguration(
    ConfigurationText original,
    ConfigurationText redacted,
    Map<String, String> fields,
    Map<String, SecretPart> parts,
    Map<String, String> keys,
    Map<String, String> comments,
    List<ConfigurationFinding> findings) {

  String text() {
    return redacted.text();
  }

  @Override
  public String toString() {
    return "[redacted configuration]";
  }
}
