package io.keymantle.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// A console of two files.
final class TestPages implements PagePort {
  @Override
  public Optional<Page> page(String path) {
    return switch (path) {
      case "/" -> Optional.of(new Page("text/html", gzip("<p>the page"), "\"1\"", false));
      case "/a.12.js" -> Optional.of(new Page("text/javascript", gzip("1"), "\"2\"", true));
      default -> Optional.empty();
    };
  }

  @Override
  public String policy() {
    return "default-src 'none'";
  }

  private static ByteBuffer gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }
}
