package io.keymantle.source.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The fields of a form (`application/x-www-form-urlencoded`), written as bytes that can be zeroed:
/// a login is in it.
public final class FormBody {
  /// What a request with such a body says of it.
  public static final String TYPE = "application/x-www-form-urlencoded";

  private final ZeroedBytes out = new ZeroedBytes(256);

  public FormBody with(String name, String value) {
    return with(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /// @param value in UTF-8; stays the caller's
  public FormBody with(String name, byte[] value) {
    if (out.size() > 0) {
      out.write('&');
    }
    escape(name.getBytes(StandardCharsets.UTF_8));
    out.write('=');
    escape(value);
    return this;
  }

  private void escape(byte[] text) {
    for (byte each : text) {
      if (isUnreserved(each)) {
        out.write(each);
        continue;
      }
      out.write('%');
      out.write(HexFormat.of().withUpperCase().toHighHexDigit(each));
      out.write(HexFormat.of().withUpperCase().toLowHexDigit(each));
    }
  }

  /// RFC 3986, §2.3.
  private static boolean isUnreserved(byte c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  /// The whole form. What was collected for it is zeroed; ownership of the array goes over.
  public byte[] finish() {
    try (out) {
      return out.toByteArray();
    }
  }
}
