package io.keymantle.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/// `ledger export`: all entries in a form for other tools, streamed page by page.
final class LedgerExportCommand implements Command {
  private static final int PAGE = 1000;

  @Override
  public CommandSpec describe() {
    return Describe.command("ledger export", "Write all entries for other tools, oldest first.")
        .details(
            "json and ocsf (Open Cybersecurity Schema Framework, API Activity) are one JSON per"
                + " line.")
        .option("--format", "F", "json (default), csv or ocsf.")
        .option("--from", "N", "The first index (default 0).")
        .examples(
            "keymantle ledger export --format csv > ledger.csv", "keymantle ledger export --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String chosen = invocation.has("--format") ? invocation.text("--format") : "json";
    LedgerFormat format =
        switch (chosen.toLowerCase(Locale.ROOT)) {
          case "json" -> LedgerFormat.JSON;
          case "csv" -> LedgerFormat.CSV;
          case "ocsf" -> LedgerFormat.OCSF;
          default ->
              throw new UsageException("there is no such format", "--format json, csv or ocsf");
        };
    PrintStream out = invocation.terminal().out();
    format.heading().ifPresent(out::println);
    AdminClient broker = invocation.admin();
    long next = first(invocation.text("--from"));
    for (List<JsonObject> entries = page(broker, next);
        !entries.isEmpty();
        entries = page(broker, next)) {
      for (JsonObject entry : entries) {
        out.println(format.line(entry));
      }
      next = entries.getLast().number("index") + 1;
    }
    return ExitStatus.DONE;
  }

  private static List<JsonObject> page(AdminClient broker, long from) throws IOException {
    return broker.get("/v1/ledger?from=" + from + "&limit=" + PAGE).objects("entries");
  }

  private static long first(String text) {
    try {
      return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new UsageException("--from takes an index", "--from 0");
    }
  }
}
