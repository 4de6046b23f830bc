package io.keymantle.server;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The program that this process is part of, and its copy that belongs to root: what a service runs
/// must not be anybody's to change.
///
/// @param launcher the `keymantle` command
/// @param distribution the class paths and caches that it starts from
/// @param jdk what it starts
record ServiceProgram(Path launcher, Path distribution, Path jdk) {
  /// Folders that a service does not see (`ProtectHome`).
  private static final List<Path> HOMES =
      List.of(Path.of("/home"), Path.of("/root"), Path.of("/run/user"));

  /// @throws RefusedException when it was not started by its launcher, or its JDK is a user's
  static ServiceProgram ofThisProcess() throws IOException {
    String launcher = System.getProperty("keymantle.launcher", "");
    Path jar = Path.of(System.getProperty("java.class.path", "").split(":")[0]).toAbsolutePath();
    Path library = jar.getParent();
    Path distribution = library == null ? null : library.getParent();
    if (launcher.isEmpty()
        || distribution == null
        || !Files.isReadable(distribution.resolve("launch"))) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "this was not started by the keymantle launcher",
          "start it by its path, such as: sudo ./keymantle service install");
    }
    Path jdk = Path.of(System.getProperty("java.home")).toRealPath();
    if (HOMES.stream().anyMatch(jdk::startsWith)) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "the JDK in " + jdk + " is a user's, which a service does not see",
          "install one for all users, such as with: apt install temurin-25-jdk");
    }
    return new ServiceProgram(Path.of(launcher).toRealPath(), distribution.toRealPath(), jdk);
  }

  /// Copies everything to its place for the service, and returns the launcher there.
  Path install() throws IOException {
    Path target = SystemService.PROGRAM.resolve("keymantle");
    if (!launcher.equals(target)) {
      Path fresh = Path.of(SystemService.PROGRAM + ".new");
      delete(fresh);
      Files.createDirectories(fresh);
      copy(launcher, fresh.resolve("keymantle"));
      copy(distribution, fresh.resolve("keymantle-dist"));
      open(fresh);
      delete(SystemService.PROGRAM);
      Files.move(fresh, SystemService.PROGRAM);
    }
    if (!Files.exists(SystemService.COMMAND, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(SystemService.COMMAND.getParent());
      Files.createSymbolicLink(SystemService.COMMAND, target);
    }
    return target;
  }

  /// Takes the copy away, and the command that leads to it.
  static void remove() throws IOException {
    if (Files.isSymbolicLink(SystemService.COMMAND)
        && Files.readSymbolicLink(SystemService.COMMAND).startsWith(SystemService.PROGRAM)) {
      Files.delete(SystemService.COMMAND);
    }
    delete(SystemService.PROGRAM);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        // With its time: the caches are bound to those of the jars.
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /// Everybody may read and nobody but root change it, whatever it was copied from.
  private static void open(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.setAttribute(file, "unix:uid", 0);
        Files.setAttribute(file, "unix:gid", 0);
        Files.setPosixFilePermissions(
            file,
            PosixFilePermissions.fromString(
                Files.isExecutable(file) && isProgram(file) ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  private static boolean isProgram(Path file) throws IOException {
    return Files.isDirectory(file)
        || PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).charAt(2) == 'x';
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
