package io.keymantle.cli;

import java.io.IOException;

/// `ledger tail`: the latest entries.
final class LedgerTailCommand implements Command {
  private static final long PAUSE_MILLIS = 500;

  @Override
  public CommandDescription describe() {
    return Describe.command("ledger tail", "Show the latest entries of the audit log.")
        .option("--lines", "N", "How many (default 20, at most 1000).")
        .flag("--follow", "Go on with new ones as they come.")
        .details("With --json every entry is one line of JSON.")
        .examples("keymantle ledger tail", "keymantle ledger tail --lines 100 --follow --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    int lines = lines(invocation.text("--lines"));
    AdminClient broker = invocation.admin();
    JsonObject page = broker.get("/v1/ledger?limit=" + lines);
    print(invocation, page);
    while (invocation.flag("--follow") && !invocation.terminal().out().checkError()) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return ExitStatus.DONE;
      }
      page = broker.get("/v1/ledger?from=" + page.number("next") + "&limit=1000");
      print(invocation, page);
    }
    return ExitStatus.DONE;
  }

  private static void print(Invocation invocation, JsonObject page) {
    for (JsonObject entry : page.objects("entries")) {
      invocation.say(invocation.json() ? Json.text(entry) : LedgerLine.of(entry));
    }
  }

  private static int lines(String text) {
    if (text.isEmpty()) {
      return 20;
    }
    try {
      int lines = Integer.parseInt(text);
      if (lines >= 1 && lines <= 1000) {
        return lines;
      }
    } catch (NumberFormatException e) {
      throw new UsageException("--lines takes a number", "--lines 20");
    }
    throw new UsageException("--lines takes 1 to 1000", "--lines 20");
  }
}
