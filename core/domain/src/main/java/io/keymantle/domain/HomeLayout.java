package io.keymantle.domain;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// Where a home is and what lies where in it. Paths only: nothing is read or made.
///
/// @param folder the home, absolute
public record HomeLayout(Path folder) {
  public HomeLayout {
    folder = folder.toAbsolutePath().normalize();
  }

  /// The home that the environment names: `KEYMANTLE_HOME`, else the platform's data folder
  /// (`$XDG_DATA_HOME/keymantle` or `~/.local/share/keymantle`; on macOS `~/Library/Application
  /// Support/Keymantle`; on Windows `%LOCALAPPDATA%\Keymantle`).
  ///
  /// @param operatingSystem the system property `os.name`
  /// @param userHome the system property `user.home`, used where `HOME` is not set
  public static HomeLayout locate(
      Map<String, String> environment, String operatingSystem, String userHome) {
    String chosen = environment.getOrDefault("KEYMANTLE_HOME", "");
    if (!chosen.isEmpty()) {
      return new HomeLayout(Path.of(chosen));
    }
    String home = environment.getOrDefault("HOME", "");
    Path user = Path.of(home.startsWith("/") ? home : userHome);
    String system = operatingSystem.toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      return new HomeLayout(user.resolve("Library/Application Support/Keymantle"));
    }
    if (system.startsWith("windows")) {
      String local = environment.getOrDefault("LOCALAPPDATA", "");
      Path data = local.isEmpty() ? user.resolve("AppData/Local") : Path.of(local);
      return new HomeLayout(data.resolve("Keymantle"));
    }
    String data = environment.getOrDefault("XDG_DATA_HOME", "");
    // The XDG specification: a relative path there is invalid and is ignored.
    return new HomeLayout(
        (data.startsWith("/") ? Path.of(data) : user.resolve(".local/share")).resolve("keymantle"));
  }

  /// What lives only while a broker runs: sockets, lock, `broker.json`, a person's session.
  public Path run() {
    return folder.resolve("run");
  }

  /// The Unix socket of the admin API.
  public Path adminSocket() {
    return run().resolve("admin.sock");
  }

  /// The Unix socket of gateway and agent API, for relays of isolated runs.
  public Path gatewaySocket() {
    return run().resolve("gateway.sock");
  }

  /// What a running broker tells its callers: URLs, ports, process id, version.
  public Path brokerFile() {
    return run().resolve("broker.json");
  }

  /// The token of the person who is logged in, 0600.
  public Path sessionFile() {
    return run().resolve("session");
  }

  /// The root certificate of the gateway, PEM, public.
  public Path certificate() {
    return folder.resolve("ca.pem");
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
