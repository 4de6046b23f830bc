package io.keymantle.redaction;

import io.keymantle.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Drives redactors in tests: sets out of plain values, streams out of pieces.
final class Streams {
  private Streams() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /// A set of `label, value` pairs; labels may repeat.
  static RedactionSet set(Object... labelsAndValues) {
    return RedactionSet.compile(secrets(labelsAndValues));
  }

  static Map<String, List<SecretBytes>> secrets(Object... labelsAndValues) {
    Map<String, List<SecretBytes>> values = new LinkedHashMap<>();
    for (int i = 0; i < labelsAndValues.length; i += 2) {
      Object value = labelsAndValues[i + 1];
      byte[] bytes = value instanceof byte[] given ? given : bytes((String) value);
      String label = (String) labelsAndValues[i];
      values.computeIfAbsent(label, any -> new ArrayList<>()).add(SecretBytes.copyOf(label, bytes));
    }
    return values;
  }

  static String redact(RedactionSet set, String input) {
    return text(redact(set, bytes(input)));
  }

  /// Redacts the input, cut at the given places (ascending).
  static byte[] redact(RedactionSet set, byte[] input, int... cuts) {
    Collected collected = new Collected();
    Redactor redactor = set.newRedactor();
    int from = 0;
    for (int cut : cuts) {
      redactor.update(ByteBuffer.wrap(input, from, cut - from), collected);
      from = cut;
    }
    redactor.update(ByteBuffer.wrap(input, from, input.length - from), collected);
    redactor.finish(collected);
    return collected.toByteArray();
  }

  /// What a redactor told.
  static final class Collected implements Redactor.Sink {
    final List<String> hits = new ArrayList<>();
    final List<Boolean> fromInput = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public void accept(ByteBuffer bytes, boolean input) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      out.writeBytes(copy);
      fromInput.add(input);
    }

    @Override
    public void hit(String label, String encoding) {
      hits.add(label + " " + encoding);
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }

    @Override
    public String toString() {
      return text(out.toByteArray());
    }
  }
}
