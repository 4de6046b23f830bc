package io.keymantle.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// `totp enroll`: makes a seed, shows it once and, on a terminal, asks for its first code.
final class TotpEnrollCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("totp enroll", "Enrol an authenticator app for your approvals.")
        .option("--algorithm", "NAME", "SHA1 (default; every app knows it), SHA256 or SHA512.")
        .option("--digits", "6|8", "Digits of a code; default 6.")
        .flag(ShownOnce.FLAG, ShownOnce.WHAT)
        .details(
            "A QR code to scan is drawn on the terminal; then the app's first code is asked for,"
                + " and",
            "ten recovery codes are shown. Who has a code already gives a current one first, or a",
            "recovery code. Elsewhere than on a terminal, keymantle totp confirm follows.")
        .examples("keymantle totp enroll", "keymantle totp enroll --json --show");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    ShownOnce.requirePlace(invocation, "totp enroll");
    AdminClient broker = invocation.admin();
    Map<String, Object> body = new LinkedHashMap<>();
    if (broker.get("/v1/me/totp").flag("active")) {
      body.putAll(ShownOnce.code(invocation, "Current code, or a recovery code"));
    }
    if (invocation.has("--algorithm")) {
      body.put("algorithm", invocation.text("--algorithm"));
    }
    if (invocation.has("--digits")) {
      body.put("digits", digits(invocation.text("--digits")));
    }
    JsonObject setup = broker.post("/v1/me/totp", body);
    if (invocation.json()) {
      invocation.say(Json.text(setup));
      return ExitStatus.DONE;
    }
    show(invocation, setup);
    if (invocation.terminal().prompt().input() != Prompt.Input.PERSON) {
      invocation.note("not in force yet; next: keymantle totp confirm");
      return ExitStatus.DONE;
    }
    invocation.terminal().flush();
    return TotpConfirmCommand.confirm(invocation, broker);
  }

  private static int digits(String text) {
    return switch (text) {
      case "6" -> 6;
      case "8" -> 8;
      default -> throw new UsageException("a code has 6 or 8 digits", "leave --digits out for 6");
    };
  }

  private static void show(Invocation invocation, JsonObject setup) {
    boolean person = invocation.terminal().prompt().input() == Prompt.Input.PERSON;
    if (person && QrText.showsBlocks(invocation.terminal())) {
      QrText.lines(setup.texts("qr")).forEach(invocation::say);
    }
    invocation.say("scan the code, or type this seed into the authenticator:");
    invocation.say("  " + setup.text("secret").replaceAll("(.{4})(?=.)", "$1 "));
    invocation.say("  " + setup.text("uri"));
  }
}
