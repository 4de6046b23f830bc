package io.keymantle.server;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The gateway's port of last time, in `config.json`: agents that were configured by hand keep
/// working over a restart.
record RememberedPort(HomeDirectory home) {
  private static final Pattern PORT = Pattern.compile("\"gatewayPort\"\\s*:\\s*(\\d{1,5})");

  /// 0, which picks a free port, when there was none.
  int port() {
    try {
      Path file = home.configuration();
      Matcher port = PORT.matcher(Files.exists(file) ? Files.readString(file) : "");
      return port.find() ? Math.min(65535, Integer.parseInt(port.group(1))) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  void remember(int port) throws IOException {
    if (port != port()) {
      WholeFile.write(home.configuration(), "{\"version\": 1, \"gatewayPort\": " + port + "}\n");
    }
  }
}
