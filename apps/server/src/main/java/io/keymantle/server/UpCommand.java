package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.keys.RootKey;
import java.io.IOException;
import java.util.Optional;

/// `up`: starts the broker.
final class UpCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("up", "Start the broker with its gateway; returns when it is ready.")
        .flag("--foreground", "Stay in the foreground and log there.")
        .option("--api-port", "PORT", "A further port for the agent API.")
        .option(
            "--gateway-port",
            "PORT",
            "The port of gateway and agent API; 0 picks a free one. Default: that of last time.")
        .options(
            "--upstream-ca",
            "FILE",
            "Trust these roots for upstreams too (PEM); also read from $SSL_CERT_FILE.")
        .options(
            "--resolve",
            "HOST:PORT:ADDRESS[:PORT]",
            "Where a host is, as curl's; for split DNS and tests.")
        .flag("--service", "As the system service: what agents see lies in $RUNTIME_DIRECTORY.")
        .flag("--passphrase-stdin", "Read the passphrase from standard input.")
        .details(
            "Upstreams are reached through $HTTPS_PROXY when it is set, but for hosts in"
                + " $NO_PROXY.",
            "A home with a passphrase that nobody gives starts sealed; keymantle login opens it.")
        .examples(
            "keymantle up",
            "keymantle up --gateway-port 8180",
            "keymantle up --foreground --upstream-ca corporate-ca.pem");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    BrokerOptions options = BrokerOptions.of(invocation);
    OpenHome.requireHome(invocation.home());
    HomePlace.requireOwn(invocation.home());
    HomePlace.requireShort(invocation.home());
    if (!invocation.flag("--foreground")) {
      return new BrokerLaunch(invocation, options).launch();
    }
    Optional<RootKey> key = RootKeys.forHome(invocation);
    return Broker.run(invocation, options, key);
  }

  /// What `up` answers when the broker is ready.
  static int ready(Invocation invocation, String statusJson, String gateway, boolean sealed) {
    if (invocation.json()) {
      invocation.say(statusJson);
    } else if (sealed) {
      invocation.say("broker ready, and the home is sealed; open it with: keymantle login");
    } else {
      invocation.say("broker ready; gateway and agent API on " + gateway);
    }
    return ExitStatus.DONE;
  }
}
