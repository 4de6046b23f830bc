package io.keymantle.server;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The port of last time of one listener, in `config.json`: agents that were configured by hand,
/// and passkeys and bookmarks of people, keep working over a restart.
///
/// @param name the listener's member of that file
record RememberedPort(HomeDirectory home, String name) {
  static RememberedPort ofGateway(HomeDirectory home) {
    return new RememberedPort(home, "gatewayPort");
  }

  static RememberedPort ofConsole(HomeDirectory home) {
    return new RememberedPort(home, "consolePort");
  }

  /// 0, which picks a free port, when there was none.
  int port() {
    try {
      Matcher port = member().matcher(text());
      return port.find() ? Math.min(65535, Integer.parseInt(port.group(1))) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  void remember(int port) throws IOException {
    if (port == port()) {
      return;
    }
    String member = "\"" + name + "\": " + port;
    String before = text();
    String after =
        member().matcher(before).find()
            ? member().matcher(before).replaceFirst(member)
            : before.replaceFirst("\\s*}\\s*$", ", " + member + "}\n");
    WholeFile.write(home.configuration(), after);
  }

  private Pattern member() {
    return Pattern.compile("\"" + name + "\"\\s*:\\s*(\\d{1,5})");
  }

  private String text() throws IOException {
    Path file = home.configuration();
    return Files.exists(file) ? Files.readString(file) : "{\"version\": 1}\n";
  }
}
