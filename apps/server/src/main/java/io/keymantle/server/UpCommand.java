package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.keys.RootKey;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `up`: starts the broker.
final class UpCommand implements Command {
  private static final Pattern INVITATION = Pattern.compile("kmi_[0-9A-Za-z]{40}");

  @Override
  public CommandDescription describe() {
    return Describe.command("up", "Start the broker with its gateway; returns when it is ready.")
        .flag("--foreground", "Stay in the foreground and log there.")
        .option("--api-port", "PORT", "A further port for the agent API.")
        .option(
            "--gateway-port",
            "PORT",
            "The port of gateway and agent API; 0 picks a free one. Default: that of last time.")
        .option(
            ConsoleOptions.PORT,
            "PORT|off",
            "The port of the web console; 0 picks a free one. Default: that of last time.")
        .option(
            ConsoleOptions.ORIGIN,
            "URL",
            "What browsers call the console behind a TLS proxy: https://HOST.")
        .options(
            "--upstream-ca",
            "FILE",
            "Trust these roots for upstreams too (PEM); also read from $SSL_CERT_FILE.")
        .options(
            "--resolve",
            "HOST:PORT:ADDRESS[:PORT]",
            "Where a host is, as curl's; for split DNS and tests.")
        .flag("--owner-link", "Print an invitation for the first owner, good once for an hour.")
        .option(
            BrokerOptions.RESET_OWNER,
            "NAME",
            "Take this owner's password away and print a new invitation; for an only owner who"
                + " forgot it.")
        .flag("--service", "As the system service: what agents see lies in $RUNTIME_DIRECTORY.")
        .flag("--passphrase-stdin", "Read the passphrase from standard input.")
        .details(
            "Upstreams are reached through $HTTPS_PROXY when it is set, but for hosts in"
                + " $NO_PROXY.",
            "A home with a passphrase that nobody gives starts sealed; keymantle login opens it.",
            "KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD makes the first account, owner, where there is"
                + " none;",
            "KEYMANTLE_SESSION_SECRET keys people's sessions. Both may stand in .env of the home"
                + " (0600).")
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
    // What the environment gets wrong is said here, not by a process that has gone to the
    // background.
    HomeEnvironment.of(invocation);
    if (!invocation.flag("--foreground")) {
      return new BrokerLaunch(invocation, options).launch();
    }
    Optional<RootKey> key = RootKeys.forHome(invocation);
    return Broker.run(invocation, options, key);
  }

  /// What `up` answers when the broker is ready.
  static int ready(
      Invocation invocation, String statusJson, String gateway, String console, boolean sealed) {
    if (invocation.json()) {
      invocation.say(statusJson);
    } else if (sealed) {
      invocation.say("broker ready, and the home is sealed; open it with: keymantle login");
    } else {
      invocation.say("broker ready; gateway and agent API on " + gateway);
    }
    if (!invocation.json() && !console.equals("-")) {
      invocation.say("web console on " + console);
    }
    Matcher invitation = INVITATION.matcher(statusJson);
    if (!invocation.json() && invitation.find()) {
      invocation.say("invitation of an owner: " + invitation.group());
      invocation.say("spend it within an hour with: keymantle login --setup");
      if (!console.equals("-")) {
        invocation.say("or in a browser: " + console + "/#/setup/" + invitation.group());
      }
    }
    return ExitStatus.DONE;
  }
}
