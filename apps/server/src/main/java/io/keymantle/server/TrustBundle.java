package io.keymantle.server;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// The certificates that a command trusts: the system's, because tunnelled hosts answer with their
/// own, and the home's root.
final class TrustBundle {
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/cert.pem"));

  private TrustBundle() {}

  /// Writes the bundle into the home's run folder and returns its path.
  static Path write(HomeDirectory home) throws IOException {
    Path bundle = home.run().resolve("ca-bundle.pem");
    StringBuilder text = new StringBuilder(Files.readString(home.rootCertificate()));
    for (Path system : SYSTEM) {
      if (Files.isReadable(system)) {
        text.append('\n').append(Files.readString(system));
        break;
      }
    }
    Path fresh = Files.createTempFile(home.run(), "ca-bundle", ".pem");
    Files.writeString(fresh, text);
    Files.move(fresh, bundle, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return bundle;
  }
}
