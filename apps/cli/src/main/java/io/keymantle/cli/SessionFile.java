package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The session of the person who is logged in, in the home's `run` folder, mode 0600 from its first
/// byte on. Never in the environment, so no child inherits it.
final class SessionFile {
  private SessionFile() {}

  static void write(HomeDirectory home, String token) throws IOException {
    Path file = home.sessionToken();
    Path fresh =
        Files.createTempFile(
            home.run(),
            "session",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, token + "\n", StandardCharsets.US_ASCII);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static void delete(HomeDirectory home) throws IOException {
    Files.deleteIfExists(home.sessionToken());
  }
}
