package io.keymantle.cli;

import java.io.IOException;

/// `source list`: where values can live, and how each place has been.
final class SourceListCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("source list", "List where values can live, and how each has been.")
        .details(
            "Reads and failures are counted since the broker started. A source that fails five"
                + " times in a row",
            "rests for ten seconds, so that what waits for it does not slow the rest.")
        .examples("keymantle source list", "keymantle source list --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer = invocation.admin().get("/v1/sources");
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    Table table =
        new Table("SOURCE", "KIND", "READS", "FAILURES", "AVERAGE MS", "SLOWEST MS", "STATE");
    for (JsonObject source : answer.objects("sources")) {
      String failure = source.text("lastFailure");
      table.row(
          source.text("name"),
          source.text("kind"),
          Long.toString(source.number("reads")),
          Long.toString(source.number("failures")),
          source.decimal("averageMillis"),
          source.decimal("slowestMillis"),
          source.flag("resting")
              ? "resting: " + failure
              : failure.isEmpty() ? "ok" : "last: " + failure);
    }
    table.print(invocation.terminal().out());
    return ExitStatus.DONE;
  }
}
