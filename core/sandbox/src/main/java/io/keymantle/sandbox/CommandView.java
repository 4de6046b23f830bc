package io.keymantle.sandbox;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The machine as a command of the command boundary sees it: a [CommandProfile] as mounts. Starts
/// from nothing: what is not listed does not exist.
final class CommandView {
  private static final List<Path> PROGRAMS =
      Stream.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix")
          .map(Path::of)
          .toList();

  /// What programs need of `/etc`; the rest holds keys, password hashes and service settings.
  private static final List<Path> SETTINGS =
      Stream.of(
              "passwd",
              "group",
              "hosts",
              "host.conf",
              "nsswitch.conf",
              "resolv.conf",
              "gai.conf",
              "services",
              "protocols",
              "localtime",
              "timezone",
              "locale.conf",
              "default/locale",
              "os-release",
              "debian_version",
              "mime.types",
              "magic",
              "terminfo",
              "fonts",
              "alternatives",
              "ld.so.cache",
              "ld.so.conf",
              "ld.so.conf.d",
              "ssl/certs",
              "ssl/openssl.cnf",
              "pki/tls/certs",
              "pki/tls/openssl.cnf",
              "pki/ca-trust",
              "ca-certificates",
              "ca-certificates.conf",
              "crypto-policies",
              "gitconfig",
              "java-17-openjdk",
              "java-21-openjdk",
              "java-25-openjdk",
              "static")
          .map(Path::of)
          .toList();

  private final CommandProfile profile;
  private final Path workdir;
  private final List<Path> runtime;

  /// @param runtime what the relay itself needs to see: the JDK and its own class path
  CommandView(CommandProfile profile, List<Path> runtime) {
    this.profile = profile;
    this.runtime = runtime;
    Path home = profile.keymantleHome();
    this.workdir =
        profile
            .workdir()
            .map(place -> Places.resolve(place, "the working folder"))
            .orElse(Path.of(CommandProfile.HOME));
    if (Files.exists(home)) {
      Path resolved = Places.resolve(home, "the Keymantle home");
      if (workdir.startsWith(resolved) || resolved.startsWith(workdir)) {
        throw RefusedException.of(
            ErrorCode.HOME_UNSAFE,
            "the pinned working folder " + workdir + " and the Keymantle home contain each other",
            "pin another working folder in the binding");
      }
    }
  }

  Path workdir() {
    return workdir;
  }

  List<String> mounts() {
    MountArguments mounts = new MountArguments();
    PROGRAMS.forEach(place -> program(mounts, place));
    SETTINGS.stream()
        .map(Path.of("/etc")::resolve)
        .filter(Files::exists)
        .forEach(place -> mounts.readOnlyAt(Places.resolve(place, "setting"), place.toString()));
    mounts.kernelFolders();
    mounts.emptyFolder(Path.of("/tmp")).emptyFolder(Path.of("/run"));
    mounts.privateFolder(CommandProfile.HOME).privateFolder("/run/private");
    runtime.forEach(mounts::readOnly);
    Path executable = Path.of(profile.command().getFirst());
    if (!Places.below(executable, PROGRAMS)) {
      mounts.readOnly(executable);
    }
    if (profile.workdir().isPresent()) {
      mounts.writable(workdir);
    }
    mounts.keymantleFolder(profile.route(), profile.files());
    return mounts.list();
  }

  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(profile.environment());
    environment.put("HOME", CommandProfile.HOME);
    environment.put("TMPDIR", "/tmp");
    return environment;
  }

  private static void program(MountArguments mounts, Path place) {
    if (Files.isSymbolicLink(place)) {
      try {
        mounts.symlink(Files.readSymbolicLink(place), place);
      } catch (IOException unreadable) {
        throw new java.io.UncheckedIOException(unreadable);
      }
    } else if (Files.isDirectory(place)) {
      mounts.readOnly(place);
    }
  }
}
