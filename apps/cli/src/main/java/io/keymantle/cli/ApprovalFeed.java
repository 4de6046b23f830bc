package io.keymantle.cli;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Tells of approvals as they come and change, by looking every half second.
record ApprovalFeed(BrokerClient broker, String target) {
  private static final long PAUSE_MILLIS = 500;

  /// Those that are pending now, then every change, until told to end.
  int follow(Consumer<JsonObject> told, BooleanSupplier goesOn) throws IOException {
    Map<String, String> known = new HashMap<>();
    boolean first = true;
    while (goesOn.getAsBoolean()) {
      for (JsonObject approval : broker.get(target).objects("approvals").reversed()) {
        String state = approval.text("state") + approval.objects("votes").size();
        String before = known.put(approval.text("id"), state);
        boolean isNew = !state.equals(before);
        if (isNew && (!first || approval.text("state").equals("pending"))) {
          told.accept(approval);
        }
      }
      first = false;
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return ExitStatus.DONE;
      }
    }
    return ExitStatus.DONE;
  }
}
