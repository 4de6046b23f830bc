package io.keymantle.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Redaction of a stream, as the API asks it. Thread-safe.
public interface RedactionPort {
  /// Masks the values of all live grants of the agent.
  ///
  /// @throws io.keymantle.domain.RefusedException before anything was written, when a value that
  ///   must be masked cannot be read
  void forAgent(String agentToken, InputStream in, OutputStream out) throws IOException;

  /// Masks every value of the home's store and of its other sources.
  ///
  /// @throws io.keymantle.domain.RefusedException before anything was written, when a value that
  ///   must be masked cannot be read
  void forPerson(InputStream in, OutputStream out) throws IOException;
}
