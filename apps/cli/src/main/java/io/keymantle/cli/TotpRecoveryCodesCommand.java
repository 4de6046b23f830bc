package io.keymantle.cli;

import java.io.IOException;

/// `totp recovery-codes`: ten new recovery codes in the place of all earlier ones.
final class TotpRecoveryCodesCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "totp recovery-codes", "Make new recovery codes; earlier ones stop working.")
        .flag(ShownOnce.FLAG, ShownOnce.WHAT)
        .details("A current code comes from a prompt, or from standard input.")
        .examples(
            "keymantle totp recovery-codes", "echo 123456 | keymantle totp recovery-codes --show");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    ShownOnce.requirePlace(invocation, "totp recovery-codes");
    AdminClient broker = invocation.admin();
    // The socket first: a broker that is not there must not cost a typed code.
    broker.get("/v1/me/totp");
    ShownOnce.recoveryCodes(
        invocation,
        broker.post(
            "/v1/me/recovery-codes", ShownOnce.code(invocation, "Current or recovery code")));
    return ExitStatus.DONE;
  }
}
