package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;

/// A verb that another program of Keymantle does: those that open a home, and the demo. The
/// launcher starts them; here they are described for the overview and completion only.
final class ElsewhereCommand implements Command {
  private final String name;

  ElsewhereCommand(String name) {
    this.name = name;
  }

  @Override
  public CommandDescription describe() {
    return switch (name) {
      case "init" ->
          Describe.command(name, "Make a home: store, keys, ledger and the local root certificate.")
              .flag("--passphrase-stdin", "Read the passphrase from standard input.")
              .examples(
                  "keymantle init",
                  "printf %s \"$PASSPHRASE\" | keymantle init --passphrase-stdin");
      case "up" ->
          Describe.command(name, "Start the broker with its gateway; returns when it is ready.")
              .flag("--foreground", "Stay in the foreground.")
              .option("--api-port", "PORT", "A further port for the agent API.")
              .option("--gateway-port", "PORT", "The port of gateway and agent API.")
              .option("--upstream-ca", "FILE", "Trust these roots for upstreams as well (PEM).")
              .flag("--passphrase-stdin", "Read the passphrase from standard input.")
              .examples("keymantle up", "keymantle up --gateway-port 8180");
      case "ledger verify" ->
          Describe.command(name, "Check the whole ledger offline.")
              .option("--checkpoint", "FILE", "A witnessed checkpoint that must be part of it.")
              .examples("keymantle ledger verify", "keymantle ledger verify --checkpoint FILE");
      case "backup" ->
          Describe.command(name, "Write an encrypted backup of the home.")
              .argument(0, "FILE", "Where to.")
              .examples("keymantle backup home.backup");
      case "restore" ->
          Describe.command(name, "Make a home from a backup; every grant in it is revoked.")
              .argument(0, "FILE", "The backup.")
              .examples("keymantle restore home.backup");
      case "rekey" ->
          Describe.command(name, "Put all values under a new key.").examples("keymantle rekey");
      case "service install" ->
          Describe.command(name, "Run the broker as a system service under its own user.")
              .options("--user", "NAME", "A user whose agents may reach it.")
              .flag("--print", "Print the systemd unit and change nothing.")
              .examples("sudo keymantle service install");
      case "service remove" ->
          Describe.command(name, "Remove the system service; its home and user stay.")
              .examples("sudo keymantle service remove");
      case "selftest" ->
          Describe.command(name, "Attack the own installation and report; secrets stay untouched.")
              .examples("keymantle selftest");
      default ->
          Describe.command(name, "Play the main job and the self-attack in a throw-away home.")
              .examples("keymantle demo");
    };
  }

  @Override
  public int run(Invocation invocation) {
    throw RefusedException.of(
        ErrorCode.INVALID_REQUEST,
        "this part of Keymantle does not do '" + name + "'",
        "start it through the launcher: keymantle " + name);
  }
}
