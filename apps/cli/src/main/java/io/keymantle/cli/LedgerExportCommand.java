package io.keymantle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/// `ledger export`: all entries in a form for other tools.
final class LedgerExportCommand implements Command {
  @Override
  public CommandDescription describe() {
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
    if (!List.of("json", "csv", "ocsf").contains(chosen)) {
      throw new UsageException("there is no such format", "--format json, csv or ocsf");
    }
    String target =
        "/v1/ledger/export?format=" + chosen + "&from=" + first(invocation.text("--from"));
    try (InputStream entries = invocation.admin().call("GET", target, Map.of()).orRefuse().body()) {
      entries.transferTo(invocation.terminal().out());
    }
    return ExitStatus.DONE;
  }

  private static long first(String text) {
    try {
      return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new UsageException("--from takes an index", "--from 0");
    }
  }
}
