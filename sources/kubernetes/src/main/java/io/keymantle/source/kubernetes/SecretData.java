package io.keymantle.source.kubernetes;

import io.keymantle.source.http.JsonBody;
import io.keymantle.source.http.JsonString;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Takes values out of a Secret, decoded. The caller zeroes what it gets.
final class SecretData {
  private SecretData() {}

  /// What the reference names: the value of its key, or all of them as a JSON object.
  static byte[] of(ProviderReply reply, SecretPath wanted) throws SourceException {
    return wanted.key().isEmpty() ? all(reply, wanted) : one(reply, wanted, wanted.key());
  }

  private static byte[] one(ProviderReply reply, SecretPath wanted, String key)
      throws SourceException {
    byte[] encoded =
        reply
            .bytes("/data" + JsonString.step(key))
            .orElseThrow(() ->
                new SourceException(
                    Reason.PROPERTY_MISSING,
                    wanted.namespace()
                        + "/"
                        + wanted.name()
                        + " has no key "
                        + key
                        + reply.requestId(),
                    "see its keys: kubectl describe secret "
                        + wanted.name()
                        + " --namespace "
                        + wanted.namespace()));
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw KubernetesClient.malformed(reply, "has a value that is no base64");
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static byte[] all(ProviderReply reply, SecretPath wanted) throws SourceException {
    JsonBody body = new JsonBody();
    try {
      for (String key : reply.names("/data")) {
        byte[] value = one(reply, wanted, key);
        try {
          requireText(value, wanted, key);
          body.with(key, value);
        } finally {
          Arrays.fill(value, (byte) 0);
        }
      }
    } catch (SourceException e) {
      Arrays.fill(body.finish(), (byte) 0);
      throw e;
    }
    return body.finish();
  }

  private static void requireText(byte[] value, SecretPath wanted, String key)
      throws SourceException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      Arrays.fill(text.array(), '\0');
    } catch (CharacterCodingException e) {
      throw new SourceException(
          Reason.FAILED,
          wanted.item().item() + " has bytes in " + key + " that JSON cannot have",
          "name one key of it: " + wanted.item().item() + "/KEY");
    }
  }
}
