package io.keymantle.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Further paths by which a folder can be reached: the same file system mounted twice, or a part of
/// it bound elsewhere. Covering one path of a folder hides nothing if a second leads there.
final class OtherMounts {
  private OtherMounts() {}

  /// Every other path of the folder, and of mounted parts of it.
  ///
  /// @param folder resolved
  static List<Path> of(Path folder) {
    try {
      return of(folder, Files.readAllLines(Path.of("/proc/self/mountinfo")));
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /// @param mountinfo lines of `/proc/self/mountinfo` (`proc(5)`)
  static List<Path> of(Path folder, List<String> mountinfo) {
    List<Mount> mounts = mountinfo.stream().map(Mount::parse).toList();
    Mount home =
        mounts.stream()
            .filter(mount -> folder.startsWith(mount.place))
            .reduce((first, second) ->
                second.place.getNameCount() >= first.place.getNameCount() ? second : first)
            .orElse(new Mount("", Path.of("/"), Path.of("/")));
    Path inside = home.root.resolve(home.place.relativize(folder)).normalize();
    List<Path> others = new ArrayList<>();
    for (Mount mount : mounts) {
      if (!mount.device.equals(home.device)) {
        continue;
      }
      if (inside.startsWith(mount.root)) {
        others.add(mount.place.resolve(mount.root.relativize(inside)).normalize());
      } else if (mount.root.startsWith(inside)) {
        others.add(mount.place);
      }
    }
    return others.stream().filter(other -> !other.startsWith(folder)).distinct().toList();
  }

  /// @param device major and minor number of the file system
  /// @param root which folder of the file system is mounted
  /// @param place where
  private record Mount(String device, Path root, Path place) {
    static Mount parse(String line) {
      String[] fields = line.split(" ");
      return new Mount(fields[2], Path.of(unescape(fields[3])), Path.of(unescape(fields[4])));
    }

    private static String unescape(String field) {
      return field
          .replace("\\040", " ")
          .replace("\\011", "\t")
          .replace("\\012", "\n")
          .replace("\\134", "\\");
    }
  }
}
