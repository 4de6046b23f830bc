package io.keymantle.domain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The directory with all state of an embedded broker, and where each part of it lies. Mode 0700;
/// nothing here writes.
public record HomeDirectory(Path path) {
  /// The home of the system service, whose owner is its own user.
  public static final HomeDirectory SERVICE = new HomeDirectory(Path.of("/var/lib/keymantle"));

  /// What agents of all users see of the system service: the gateway's socket and what is public.
  public static final Path SERVICE_FOLDER = Path.of("/run/keymantle");

  public HomeDirectory {
    path = path.toAbsolutePath().normalize();
  }

  /// `$KEYMANTLE_HOME`, else the platform's data folder: `$XDG_DATA_HOME/keymantle` or
  /// `~/.local/share/keymantle`, `~/Library/Application Support/Keymantle` on macOS,
  /// `%LOCALAPPDATA%\Keymantle` on Windows.
  public static HomeDirectory resolve(
      Map<String, String> environment, String osName, Path userHome) {
    String chosen = environment.getOrDefault("KEYMANTLE_HOME", "");
    if (!chosen.isEmpty()) {
      return new HomeDirectory(Path.of(chosen));
    }
    if (osName.startsWith("Mac")) {
      return new HomeDirectory(userHome.resolve("Library/Application Support/Keymantle"));
    }
    if (osName.startsWith("Windows")) {
      String local =
          environment.getOrDefault("LOCALAPPDATA", userHome.resolve("AppData/Local").toString());
      return new HomeDirectory(Path.of(local, "Keymantle"));
    }
    String data = environment.getOrDefault("XDG_DATA_HOME", "");
    Path base = data.startsWith("/") ? Path.of(data) : userHome.resolve(".local/share");
    return new HomeDirectory(base.resolve("keymantle"));
  }

  /// The home of the user and environment of this process. Root administers the system service's,
  /// once there is one.
  public static HomeDirectory ofThisProcess() {
    boolean chosen = !System.getenv().getOrDefault("KEYMANTLE_HOME", "").isEmpty();
    if (!chosen
        && "root".equals(System.getProperty("user.name"))
        && Files.exists(SERVICE.keyring())) {
      return SERVICE;
    }
    String home = System.getenv().getOrDefault("HOME", "");
    // The JVM takes user.home from the user database and so would miss a HOME that a caller set.
    String user = home.startsWith("/") ? home : System.getProperty("user.home");
    return resolve(System.getenv(), System.getProperty("os.name"), Path.of(user));
  }

  /// Settings that are no secrets, as JSON.
  public Path configuration() {
    return path.resolve("config.json");
  }

  /// Variables for the broker, where its own environment does not set them; mode 0600.
  public Path environment() {
    return path.resolve(".env");
  }

  public Path database() {
    return path.resolve("keymantle.db");
  }

  public Path keyring() {
    return path.resolve("keys/keyring");
  }

  /// The key file of a home without a passphrase.
  public Path keyFile() {
    return path.resolve("keys/key");
  }

  public Path ledger() {
    return path.resolve("ledger");
  }

  /// The local root certificate, PEM; public.
  public Path rootCertificate() {
    return path.resolve("ca.pem");
  }

  /// What exists only while a broker runs.
  public Path run() {
    return path.resolve("run");
  }

  public Path lock() {
    return run().resolve("lock");
  }

  public Path adminSocket() {
    return run().resolve("admin.sock");
  }

  /// What agents in namespaces of their own see of a home: the gateway's socket and nothing else
  /// that is not public.
  public Path gatewayFolder() {
    return run().resolve("gateway");
  }

  /// Where the command line keeps a person's session, 0600.
  public Path sessionToken() {
    return run().resolve("session");
  }

  public Path logs() {
    return path.resolve("logs");
  }

  /// What a broker in the background wrote to its standard error.
  public Path log() {
    return logs().resolve("broker.log");
  }
}
