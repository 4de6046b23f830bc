package io.keymantle.cli;

import java.io.IOException;

/// `ledger prove`: inclusion of an entry, or consistency with an earlier checkpoint.
final class LedgerProveCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "ledger prove", "Prove that an entry is in the log, or that the log only grew.")
        .details(
            "An inclusion proof for --index; a consistency proof for --from, the size of an"
                + " earlier",
            "checkpoint. Both by RFC 6962 for the tree of --size, by default the latest"
                + " checkpoint.")
        .option("--index", "N", "The entry's index.")
        .option("--from", "SIZE", "The size of the earlier tree.")
        .option("--size", "SIZE", "The size of the tree.")
        .examples(
            "keymantle ledger prove --index 41 --json",
            "keymantle ledger prove --from 40 --size 60");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    if (invocation.has("--index") == invocation.has("--from")) {
      throw new UsageException("a proof is about one entry or two trees", "add --index N");
    }
    StringBuilder target = new StringBuilder("/v1/ledger/proof?");
    target.append(invocation.has("--index") ? "index=" : "from=");
    target.append(number(invocation, invocation.has("--index") ? "--index" : "--from"));
    if (invocation.has("--size")) {
      target.append("&size=").append(number(invocation, "--size"));
    }
    JsonObject proof = invocation.admin().get(target.toString());
    if (invocation.json()) {
      invocation.say(Json.text(proof));
      return ExitStatus.DONE;
    }
    proof
        .members()
        .forEach((name, value) -> {
          if (value instanceof String text) {
            invocation.say(name + ": " + text.stripTrailing());
          } else if (!(value instanceof java.util.List)) {
            invocation.say(name + ": " + Json.text(value));
          }
        });
    proof.texts("hashes").forEach(hash -> invocation.say("  " + hash));
    return ExitStatus.DONE;
  }

  private static long number(Invocation invocation, String option) {
    try {
      return Long.parseUnsignedLong(invocation.text(option));
    } catch (NumberFormatException e) {
      throw new UsageException(option + " takes a whole number", option + " 1");
    }
  }
}
