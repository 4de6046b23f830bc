package io.keymantle.api;

import java.nio.ByteBuffer;
import java.util.Optional;

/// The files of the console, as its listener serves them. Thread-safe.
public interface PagePort {
  /// The file at a path, such as `/` or `/app/main.0123456789abcdef.js`; empty when there is none.
  Optional<Page> page(String path);

  /// The `Content-Security-Policy` that the files work under.
  String policy();

  /// One file.
  ///
  /// @param gzip its bytes, compressed; not changed any more, and read from duplicates only
  /// @param entityTag quoted
  /// @param immutable its path names its content, so that a browser may keep it for ever
  record Page(String contentType, ByteBuffer gzip, String entityTag, boolean immutable) {}
}
