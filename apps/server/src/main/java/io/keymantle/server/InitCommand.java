package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.keys.RootKey;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/// `init`: makes a home.
final class InitCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "init", "Make a home: store, keys, ledger and the local root certificate.")
        .flag("--passphrase-stdin", "Read the passphrase from standard input.")
        .details(
            "The home is $KEYMANTLE_HOME, else the platform's data folder. On a terminal a"
                + " passphrase",
            "is asked for; it then opens the home and every admin session. Without one a key file"
                + " is",
            "made (keys/key, 0600): handy for scripts, but whoever reads your files can read it.")
        .examples(
            "keymantle init", "printf %s \"$PASSPHRASE\" | keymantle init --passphrase-stdin");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    HomeDirectory home = invocation.home();
    OpenHome.requireNone(home);
    RootKey key = RootKeys.forNewHome(invocation);
    OpenHome.create(home, key);
    boolean keyFile = key.protection() == RootKey.Protection.KEY_FILE;
    if (invocation.json()) {
      Map<String, Object> answer = new TreeMap<>();
      answer.put("home", home.path().toString());
      answer.put("ca", home.rootCertificate().toString());
      answer.put("protection", keyFile ? "key-file" : "passphrase");
      invocation.say(Lines.json(answer));
      return ExitStatus.DONE;
    }
    invocation.say("made a home in " + home.path());
    if (keyFile) {
      invocation.say(
          "its key is the file "
              + home.keyFile()
              + " (0600): nobody was there to type a passphrase");
      invocation.say(
          "whoever can read your files can read it; for a passphrase instead: keymantle rekey"
              + " --new-passphrase");
    }
    invocation.say("next: keymantle up");
    return ExitStatus.DONE;
  }
}
