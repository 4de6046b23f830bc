package io.keymantle.gateway;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Locale;
import java.util.Optional;

/// The content codings that can be read.
enum ContentCoding {
  GZIP,
  DEFLATE,
  BROTLI,
  ZSTANDARD;

  /// Output of a decoder up to this many bytes is never taken for a bomb.
  static final long ALWAYS_ALLOWED = 8L << 20;

  /// Beyond that, how many bytes one byte may become. Text compresses up to about 50 to 1.
  static final long MOST_PER_BYTE = 200;

  /// The one coding of a message; empty when it has none.
  ///
  /// @throws RefusedException with `reply_unreadable` when it has several, or an unknown one
  static Optional<ContentCoding> of(HeaderFields fields) {
    Optional<ContentCoding> coding = Optional.empty();
    for (int i = fields.find("content-encoding");
        i >= 0;
        i = fields.find("content-encoding", i + 1)) {
      for (String member : fields.value(i).split(",", -1)) {
        String name = member.strip().toLowerCase(Locale.ROOT);
        if (name.isEmpty() || name.equals("identity")) {
          continue;
        }
        if (coding.isPresent()) {
          throw unreadable("it is compressed more than once");
        }
        coding = Optional.of(of(name));
      }
    }
    return coding;
  }

  private static ContentCoding of(String name) {
    return switch (name) {
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      case "br" -> BROTLI;
      case "zstd" -> ZSTANDARD;
      default -> throw unreadable("its Content-Encoding is not known");
    };
  }

  ContentDecoder decoder() {
    return new ContentGuard(
        switch (this) {
          case GZIP -> new ContentGzip();
          case DEFLATE -> new ContentDeflate();
          case BROTLI -> {
            if (!Brotli4jLoader.isAvailable()) {
              throw unreadable("brotli is not available on this platform");
            }
            yield new ContentBrotli();
          }
          case ZSTANDARD -> new ContentZstandard();
        });
  }

  static RefusedException unreadable(String why) {
    return RefusedException.of(
        ErrorCode.REPLY_UNREADABLE,
        "the reply cannot be searched for secret values: " + why,
        "ask for a plain reply with the header Accept-Encoding: identity");
  }
}
