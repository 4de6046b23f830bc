package io.keymantle.api;

import java.io.IOException;

/// Answers a request; may block, and runs on a virtual thread of its own.
@FunctionalInterface
public interface ApiHandler {
  /// @throws io.keymantle.domain.RefusedException which becomes `application/problem+json`
  /// @throws IOException when the caller went away
  ApiResponse handle(ApiRequest request) throws IOException;
}
