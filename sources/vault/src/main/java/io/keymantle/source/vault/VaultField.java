package io.keymantle.source.vault;

import io.keymantle.source.http.JsonString;
import io.keymantle.source.http.MalformedContentException;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Takes what a reference names out of an answer. The caller zeroes what it gets.
final class VaultField {
  private VaultField() {}

  private interface Lookup {
    Optional<byte[]> at(String pointer) throws SourceException;
  }

  /// The whole object at `base` as JSON, or one string of it.
  static byte[] of(ProviderReply reply, String base, VaultReference wanted) throws SourceException {
    byte[] all = reply.whole(base).orElseThrow(() -> VaultClient.malformed(reply, "has no data"));
    if (wanted.field().isEmpty()) {
      return all;
    }
    Arrays.fill(all, (byte) 0);
    return pick(wanted, pointer -> reply.bytes(base + pointer));
  }

  /// What transit decrypted, or one string of it where it is JSON.
  static byte[] ofPlaintext(ProviderReply reply, VaultReference wanted) throws SourceException {
    byte[] encoded =
        reply
            .bytes("/data/plaintext")
            .orElseThrow(() -> VaultClient.malformed(reply, "has no plaintext"));
    byte[] plain;
    try {
      plain = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw VaultClient.malformed(reply, "has a plaintext that is no base64");
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
    if (wanted.field().isEmpty()) {
      return plain;
    }
    try {
      return pick(wanted, pointer -> inPlaintext(plain, pointer));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static Optional<byte[]> inPlaintext(byte[] plain, String pointer) throws SourceException {
    try {
      return JsonString.find(plain, pointer);
    } catch (MalformedContentException e) {
      throw new SourceException(
          Reason.MALFORMED,
          "what was decrypted " + e.getMessage(),
          "leave # out, or encrypt JSON with that key");
    }
  }

  /// A key of that very name comes before a pointer.
  private static byte[] pick(VaultReference wanted, Lookup lookup) throws SourceException {
    String field = wanted.field().orElseThrow();
    Optional<byte[]> found = lookup.at(JsonString.step(field));
    if (found.isEmpty() && field.startsWith("/")) {
      found = lookup.at(field);
    }
    return found.orElseThrow(() ->
        new SourceException(
            Reason.PROPERTY_MISSING,
            wanted.path() + " has no " + field,
            "see its keys: vault kv get, and name one after #"));
  }
}
