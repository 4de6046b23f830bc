package io.keymantle.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// A text with signatures below it (C2SP signed-note). The body ends with a line break.
record SignedNote(String body, List<Signature> signatures) {
  private static final String SIGNATURE_START = "\u2014 ";
  private static final int KEY_ID_LENGTH = 4;

  @SuppressWarnings("ArrayRecordComponent") // never compared; the bytes stay as they were read
  record Signature(String name, int keyId, byte[] bytes) {}

  static SignedNote sign(String body, LedgerSigner signer) {
    byte[] signature = signer.sign(body.getBytes(StandardCharsets.UTF_8));
    var line = new Signature(signer.origin(), signer.verifierKey().keyId(), signature);
    return new SignedNote(body, List.of(line));
  }

  /// The note in the bytes; empty when they are none. Only the one canonical spelling is accepted.
  static Optional<SignedNote> parse(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    int split = text.lastIndexOf("\n\n");
    if (split < 0
        || !text.endsWith("\n")
        || text.chars().anyMatch(c -> (c < ' ' && c != '\n') || c == 0x7f)) {
      return Optional.empty();
    }
    List<Signature> signatures = new ArrayList<>();
    for (String line : text.substring(split + 2, text.length() - 1).split("\n", -1)) {
      Optional<Signature> signature = parseSignature(line);
      if (signature.isEmpty()) {
        return Optional.empty();
      }
      signatures.add(signature.get());
    }
    return Optional.of(new SignedNote(text.substring(0, split + 1), List.copyOf(signatures)));
  }

  private static Optional<Signature> parseSignature(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3
        || !line.startsWith(SIGNATURE_START)
        || !LedgerPublicKey.isValidName(parts[1])) {
      return Optional.empty();
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(parts[2]);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (decoded.length <= KEY_ID_LENGTH
        || !Base64.getEncoder().encodeToString(decoded).equals(parts[2])) {
      return Optional.empty();
    }
    byte[] signature = Arrays.copyOfRange(decoded, KEY_ID_LENGTH, decoded.length);
    return Optional.of(new Signature(parts[1], ByteBuffer.wrap(decoded).getInt(), signature));
  }

  /// Whether at least one signature is by the key, and each that claims to be is good.
  boolean isSignedBy(LedgerPublicKey key) {
    byte[] signed = body.getBytes(StandardCharsets.UTF_8);
    boolean found = false;
    for (Signature signature : signatures) {
      if (signature.name().equals(key.name()) && signature.keyId() == key.keyId()) {
        if (!key.verifies(signed, signature.bytes())) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  String text() {
    var text = new StringBuilder(body).append('\n');
    for (Signature signature : signatures) {
      byte[] joined =
          ByteBuffer.allocate(KEY_ID_LENGTH + signature.bytes().length)
              .putInt(signature.keyId())
              .put(signature.bytes())
              .array();
      text.append(SIGNATURE_START)
          .append(signature.name())
          .append(' ')
          .append(Base64.getEncoder().encodeToString(joined))
          .append('\n');
    }
    return text.toString();
  }
}
