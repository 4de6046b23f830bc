package io.keymantle.source.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A JSON object of strings and numbers, written as bytes that can be zeroed: a login is in it.
public final class JsonBody {
  private final ZeroedBytes out = new ZeroedBytes(256);

  public JsonBody() {
    out.write('{');
  }

  public JsonBody with(String name, String value) {
    return with(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /// @param value in UTF-8; stays the caller's
  public JsonBody with(String name, byte[] value) {
    name(name);
    string(value);
    return this;
  }

  public JsonBody with(String name, long number) {
    name(name);
    out.writeBytes(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private void name(String name) {
    if (out.size() > 1) {
      out.write(',');
    }
    string(name.getBytes(StandardCharsets.UTF_8));
    out.write(':');
  }

  private void string(byte[] text) {
    out.write('"');
    for (byte each : text) {
      if (each >= 0 && each < ' ') {
        out.writeBytes(
            ("\\u00" + HexFormat.of().toHexDigits(each)).getBytes(StandardCharsets.US_ASCII));
        continue;
      }
      if (each == '"' || each == '\\') {
        out.write('\\');
      }
      out.write(each);
    }
    out.write('"');
  }

  /// The whole object. What was collected for it is zeroed; ownership of the array goes over.
  public byte[] finish() {
    out.write('}');
    try (out) {
      return out.toByteArray();
    }
  }
}
