package io.keymantle.cli;

import io.keymantle.domain.ApprovalId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// `approval approve`: a person's yes.
final class ApprovalApproveCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("approval approve", "Say yes to one question.")
        .details(
            "Where the rule asks for a code, it comes from a prompt, or from standard input. A"
                + " passkey",
            "signs in the console. The yes is for this request, once, unless --scope says more;"
                + " the",
            "rule caps how long.")
        .argument(0, "APPROVAL", "Its id, such as apr_….")
        .option(
            "--scope", "SCOPE", "once (default), request (this again) or credential (all of it).")
        .option("--for", "DURATION", "With another scope than once: how long.")
        .option("--reason", "TEXT", "Your words, for the ledger and the others.")
        .flag("--break-glass", "Pass alone where the rule names you for that; needs --reason.")
        .examples(
            "keymantle approval approve apr_1a2b3c4d5e6f7g8h",
            "keymantle approval approve apr_1a2b3c4d5e6f7g8h --scope request --for 10m",
            "oathtool --totp -b \"$SEED\" | keymantle approval approve apr_1a2b3c4d5e6f7g8h");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    ApprovalId id = new ApprovalId(invocation.argument(0));
    AdminClient broker = invocation.admin();
    JsonObject approval = broker.get("/v1/approvals/" + id);
    if (!invocation.json()) {
      ApprovalText.lines(approval).forEach(invocation.terminal().err()::println);
      invocation.terminal().flush();
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("decision", "approve");
    put(body, "scope", invocation.text("--scope"));
    put(body, "reason", invocation.text("--reason"));
    if (!invocation.text("--for").isEmpty()) {
      Duration lasts = Span.parse(invocation.text("--for"));
      body.put("seconds", lasts.toSeconds());
    }
    if (invocation.flag("--break-glass")) {
      body.put("breakGlass", true);
    }
    if (ApprovalText.needsCode(approval) && approval.flag("mayVote")) {
      body.put("code", code(invocation));
    }
    JsonObject after = broker.post("/v1/approvals/" + id + "/votes", body);
    invocation.say(
        invocation.json()
            ? Json.text(after)
            : after.text("state").equals("pending")
                ? "your yes counts; still needs " + ApprovalText.needs(after)
                : "approved: " + after.text("summary"));
    return ExitStatus.DONE;
  }

  static String code(Invocation invocation) throws IOException {
    byte[] typed = ValueInput.read(invocation.terminal(), "Code");
    try {
      return new String(typed, StandardCharsets.UTF_8).strip();
    } finally {
      Arrays.fill(typed, (byte) 0);
    }
  }

  static void put(Map<String, Object> body, String name, String value) {
    if (!value.isEmpty()) {
      body.put(name, value);
    }
  }
}
