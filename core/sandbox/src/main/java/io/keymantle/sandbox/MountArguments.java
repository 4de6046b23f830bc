package io.keymantle.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The file system part of a bubblewrap command line, in the order in which it is mounted: later
/// lines cover earlier ones. Paths are absolute, and resolved where they exist.
final class MountArguments {
  private static final List<Path> KERNEL_SETTINGS =
      Stream.of("sys", "sysrq-trigger", "irq", "bus", "fs", "scsi", "acpi", "mtrr", "driver")
          .map(Path.of("/proc")::resolve)
          .toList();

  private final List<String> arguments = new ArrayList<>();

  List<String> list() {
    return List.copyOf(arguments);
  }

  MountArguments writable(Path place) {
    return add("--bind", place, place);
  }

  MountArguments readOnly(Path place) {
    return add("--ro-bind", place, place);
  }

  MountArguments readOnlyAt(Path source, String place) {
    arguments.addAll(List.of("--ro-bind", source.toString(), place));
    return this;
  }

  MountArguments symlink(Path target, Path place) {
    return add("--symlink", target, place);
  }

  MountArguments emptyFolder(Path place) {
    arguments.addAll(List.of("--tmpfs", place.toString()));
    return this;
  }

  MountArguments privateFolder(String place) {
    arguments.addAll(List.of("--perms", "0700", "--dir", place));
    return this;
  }

  /// Covers a place with nothing: an empty folder that stays empty, or an empty file.
  MountArguments hide(Path place) {
    if (Files.isDirectory(place)) {
      emptyFolder(place);
      arguments.addAll(List.of("--remount-ro", place.toString()));
      return this;
    }
    return add("--dev-bind", Path.of("/dev/null"), place);
  }

  /// Processes and devices of the sandbox alone. Settings of the kernel are read-only: most belong
  /// to no namespace, and root may write them without any capability (`core_pattern` names a
  /// program that the kernel runs outside).
  MountArguments kernelFolders() {
    arguments.addAll(List.of("--dev", "/dev", "--proc", "/proc"));
    KERNEL_SETTINGS.stream().filter(Files::exists).forEach(this::readOnly);
    return this;
  }

  /// The folder of the gateway's socket and the profile's files, in `/run/keymantle`.
  MountArguments keymantleFolder(Optional<GatewayRoute> route, Map<String, Path> files) {
    privateFolder(AgentProfile.FILES);
    route.ifPresent(way -> readOnlyAt(way.folder(), RelayOptions.GATEWAY_FOLDER));
    files.forEach((name, file) -> readOnlyAt(file, AgentProfile.FILES + "/" + name));
    return this;
  }

  private MountArguments add(String option, Path source, Path place) {
    arguments.addAll(List.of(option, source.toString(), place.toString()));
    return this;
  }
}
