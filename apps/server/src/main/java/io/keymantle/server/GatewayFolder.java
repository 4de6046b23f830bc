package io.keymantle.server;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.keymantle.sandbox.GatewayRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.LinkedHashMap;
import java.util.Map;

/// What of a broker agents see on the file system: the gateway's socket, the public root
/// certificate, and `broker.json`, which says where everything is.
///
/// In a home it is for its owner alone. Of the system service it lies outside of the home,
/// everybody may read it, and members of one group may open the socket, over which only an agent
/// token does anything.
///
/// @param path the folder
/// @param service whether it is the system service's
record GatewayFolder(Path path, boolean service) {

  static GatewayFolder of(HomeDirectory home, BrokerOptions options) {
    return options
        .serviceFolder()
        .map(folder -> new GatewayFolder(folder, true))
        .orElseGet(() -> new GatewayFolder(home.gatewayFolder(), false));
  }

  Path socket() {
    return path.resolve(GatewayRoute.SOCKET);
  }

  Path certificate() {
    return path.resolve("ca.pem");
  }

  /// Makes the folder; systemd has made the service's.
  void make() throws IOException {
    if (!service) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /// Opens the socket to whom it is for, and says where everything is.
  ///
  /// @throws RefusedException when the service's group is missing
  void publish(HomeDirectory home, Map<String, ?> addresses) throws IOException {
    if (service) {
      PosixFileAttributeView view =
          Files.getFileAttributeView(socket(), PosixFileAttributeView.class);
      view.setGroup(group());
      view.setPermissions(PosixFilePermissions.fromString("rw-rw----"));
    }
    write(certificate(), Files.readString(home.rootCertificate()));
    Map<String, Object> announced = new LinkedHashMap<>(addresses);
    announced.put("gatewayFolder", path);
    announced.put("ca", certificate());
    write(path.resolve("broker.json"), Lines.json(announced) + "\n");
  }

  private GroupPrincipal group() throws IOException {
    try {
      return path.getFileSystem()
          .getUserPrincipalLookupService()
          .lookupPrincipalByGroupName(SystemService.AGENTS_GROUP);
    } catch (UserPrincipalNotFoundException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "there is no group " + SystemService.AGENTS_GROUP,
          "sudo keymantle service install");
    }
  }

  private void write(Path target, String text) throws IOException {
    Path fresh = Files.createTempFile(path, "fresh", ".new");
    Files.writeString(fresh, text);
    Files.setPosixFilePermissions(
        fresh, PosixFilePermissions.fromString(service ? "rw-r--r--" : "rw-------"));
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Takes back what says that a broker listens.
  void withdraw() throws IOException {
    Files.deleteIfExists(path.resolve("broker.json"));
  }
}
