package io.keymantle.redeem;

import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.NetworkBinding;
import java.util.List;

/// A grant as a boundary sees it: what it is for, where it may go, and whether it still lives. No
/// I/O, no value.
public interface LiveGrant {
  GrantId id();

  CredentialName credential();

  List<NetworkBinding> networkBindings();

  List<CommandBinding> commandBindings();

  /// Whether a rule of the credential asks people by the method of a use: what could make a service
  /// take another one must then not pass.
  default boolean asksByMethod() {
    return false;
  }

  /// Whether a rule of the credential asks people by the path of a use.
  default boolean asksByPath() {
    return false;
  }

  /// False from the first instant of a revocation, expiry or removal.
  boolean isLive();

  /// Runs the action when the grant ends, at once if it already has. Returns a handle that forgets
  /// the action.
  AutoCloseable onEnd(Runnable action);
}
