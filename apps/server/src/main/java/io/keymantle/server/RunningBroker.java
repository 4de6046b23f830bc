package io.keymantle.server;

import io.keymantle.cli.Invocation;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// The broker that holds the home at this moment, if there is one.
record RunningBroker(Invocation invocation) {

  /// Has it write a backup. False when no broker runs.
  boolean backup(Path target) throws IOException {
    try {
      invocation.askBroker("POST", "/v1/backups", Map.of("path", target.toString()));
      return true;
    } catch (RefusedException e) {
      if (e.problem().code() == ErrorCode.BROKER_UNREACHABLE) {
        return false;
      }
      throw e;
    }
  }
}
