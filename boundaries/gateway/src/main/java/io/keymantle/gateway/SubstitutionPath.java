package io.keymantle.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Broker tokens in a canonical path, where one stands for a segment or a part of one.
final class SubstitutionPath {
  /// What stands for a token where a path is judged or recorded; a `*` of a pattern matches it.
  static final String MASK = "[token]";

  private SubstitutionPath() {}

  static Optional<List<TokenSpan>> tokens(byte[] path) {
    return TokenSpan.plain(path, 0, path.length);
  }

  /// The path with each token replaced, percent-encoded (`:` stands, as in `/bot123:abc/`).
  static void replace(byte[] path, SubstitutionValues values, SubstitutionBuffer out) {
    int done = 0;
    for (TokenSpan span : tokens(path).orElse(List.of())) {
      byte[] value = values.forPath(values.numberOf(span.token()));
      out.put(path, done, span.start());
      out.putPercentEncoded(value, 0, value.length, ":");
      done = span.end();
    }
    out.put(path, done, path.length);
  }

  /// The path with every token masked, however it is written: for policy and ledger.
  static String masked(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
    List<TokenScanner.Found> found = TokenScanner.scan(bytes, 0, bytes.length);
    if (found.isEmpty()) {
      return path;
    }
    List<TokenSpan> spans = tokens(bytes).orElse(List.of());
    StringBuilder masked = new StringBuilder();
    int done = 0;
    for (int i = 0; i < found.size(); i++) {
      int start = spans.isEmpty() ? found.get(i).start() : spans.get(i).start();
      masked.append(path, done, Math.max(done, start)).append(MASK);
      done = spans.isEmpty() ? found.get(i).end() : spans.get(i).end();
    }
    return masked.append(path, done, path.length()).toString();
  }
}
