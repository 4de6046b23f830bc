package io.keymantle.api;

import io.keymantle.api.PagePort.Page;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/// Serves the console's files.
///
/// @param origin where the console is
record ConsolePages(PagePort pages, ConsoleOrigin origin) {
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  ApiResponse answer(ApiRequest request) throws IOException {
    if (!request.method().equals("GET")) {
      throw RefusedException.of(
          ErrorCode.METHOD_NOT_ALLOWED, "the path does not take this method", "use GET");
    }
    if (!origin.isName(request.header("host"))) {
      return toName(request);
    }
    Page page =
        pages
            .page(request.path())
            .orElseThrow(() ->
                RefusedException.of(
                    ErrorCode.NOT_FOUND, "the console has no such file", "open its first page"));
    Map<String, String> headers = new HashMap<>();
    headers.put("etag", page.entityTag());
    headers.put("vary", "accept-encoding");
    headers.put("cache-control", page.immutable() ? FOR_EVER : "no-cache");
    if (request.header("if-none-match").equals(page.entityTag())) {
      return new ApiResponse.Whole(304, page.contentType(), ByteBuffer.allocate(0), headers);
    }
    if (!request.header("accept-encoding").contains("gzip")) {
      return new ApiResponse.Whole(200, page.contentType(), plain(page), headers);
    }
    headers.put("content-encoding", "gzip");
    return new ApiResponse.Whole(200, page.contentType(), page.gzip(), headers);
  }

  /// From `127.0.0.1`, where passkeys do not work, to `localhost`.
  private static ApiResponse toName(ApiRequest request) {
    String host = request.header("host");
    String url = "http://localhost" + host.substring(host.lastIndexOf(':')) + "/";
    return new ApiResponse.Whole(307, "text/plain", url).with(Map.of("location", url));
  }

  private static ByteBuffer plain(Page page) throws IOException {
    byte[] compressed = new byte[page.gzip().remaining()];
    page.gzip().duplicate().get(compressed);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return ByteBuffer.wrap(in.readAllBytes());
    }
  }
}
