package io.keymantle.server;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.keymantle.sandbox.GatewayRoute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Whether a folder can be a home: of the right kind, the user's own, closed to others, and with a
/// path that is short enough for its sockets.
final class HomePlace {
  /// Bytes of a Unix socket's path: 108 on Linux, 104 on macOS, each with a zero at the end.
  private static final int LONGEST_SOCKET =
      System.getProperty("os.name").startsWith("Linux") ? 107 : 103;

  private HomePlace() {}

  /// Before a home is made or restored there.
  ///
  /// @throws RefusedException with `home_unsafe`
  static void requireUsable(HomeDirectory home) {
    requireShort(home);
    for (Path step = home.path(); step != null; step = step.getParent()) {
      if (Files.exists(step) && !Files.isDirectory(step)) {
        throw elsewhere(step + " is a file, where the home needs a folder");
      }
    }
  }

  /// @throws RefusedException with `home_unsafe` when the system has no socket of so long a path
  static void requireShort(HomeDirectory home) {
    int length =
        home.gatewayFolder()
            .resolve(GatewayRoute.SOCKET)
            .toString()
            .getBytes(StandardCharsets.UTF_8)
            .length;
    if (length > LONGEST_SOCKET) {
      throw elsewhere(
          "the home's path is "
              + (length - LONGEST_SOCKET)
              + " bytes too long for the sockets in it");
    }
  }

  /// @throws RefusedException with `home_unsafe` when others can get in
  static void requirePrivate(Path directory) throws IOException {
    Set<PosixFilePermission> mode =
        Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
    if (!PosixFilePermissions.fromString("rwx------").containsAll(mode)) {
      throw RefusedException.of(
          ErrorCode.HOME_UNSAFE, "others can look into " + directory, "chmod 700 " + directory);
    }
  }

  /// What root writes into somebody's home, that person cannot use any more.
  ///
  /// @throws RefusedException with `home_unsafe` when the home is another user's
  static void requireOwn(HomeDirectory home) throws IOException {
    String owner = Files.getOwner(home.path()).getName();
    String user = System.getProperty("user.name");
    if (!owner.equals(user)) {
      throw RefusedException.of(
          ErrorCode.HOME_UNSAFE,
          home.path() + " belongs to " + owner + ", and this is " + user,
          "run the command as " + owner + ", or choose another home with KEYMANTLE_HOME");
    }
  }

  private static RefusedException elsewhere(String message) {
    return RefusedException.of(
        ErrorCode.HOME_UNSAFE, message, "choose another home: export KEYMANTLE_HOME=~/.keymantle");
  }
}
