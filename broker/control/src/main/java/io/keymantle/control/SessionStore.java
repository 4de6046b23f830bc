package io.keymantle.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Keeps people's sessions, and what their tokens are hashed with. Every method is one atomic and
/// durable statement; thread-safe; failures are `store_unavailable`.
public interface SessionStore {
  /// All sessions, ended ones too.
  List<StoredSession> all();

  /// Adds a session, and forgets those that were opened before a moment.
  void open(StoredSession session, Instant forgetBefore);

  /// Remembers when a session was used; nothing happens when there is none.
  void used(TokenHash token, Instant at);

  /// Ends a session; nothing happens when there is none.
  void close(TokenHash token);

  /// Ends every session.
  void closeAll();

  /// The home's own session secret, if it was ever put.
  Optional<byte[]> secret();

  void putSecret(byte[] secret);
}
