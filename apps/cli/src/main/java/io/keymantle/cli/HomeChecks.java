package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Whether the home lies well: private, on a disk of this machine, not within a repository.
final class HomeChecks {
  /// File systems that other machines can write, or that lose locks and fsync.
  private static final Set<String> NETWORK =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb3",
          "smbfs",
          "9p",
          "afs",
          "ceph",
          "glusterfs",
          "fuse.sshfs",
          "fuse.rclone",
          "fuse.glusterfs",
          "fuse.s3fs",
          "lustre",
          "gpfs",
          "davfs",
          "drvfs",
          "fuse.gcsfuse",
          "virtiofs",
          "vboxsf",
          "fuse.vmhgfs-fuse");

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private HomeChecks() {}

  /// @param mounts the kernel's table of mounts
  static List<Finding> examine(HomeDirectory home, Path mounts) {
    List<Finding> findings = new ArrayList<>();
    if (!Files.isDirectory(home.path())) {
      findings.add(Finding.problem("home", "there is no home at " + home.path(), "keymantle init"));
      return findings;
    }
    findings.add(Finding.ok("home", home.path().toString()));
    permissions(home, findings);
    fileSystem(home.path(), mounts, findings);
    repository(home.path(), findings);
    return findings;
  }

  private static void permissions(HomeDirectory home, List<Finding> findings) {
    List<Path> open = new ArrayList<>();
    for (Path path :
        List.of(
            home.path(),
            home.run(),
            home.keyring().getParent(),
            home.keyring(),
            home.keyFile(),
            home.database(),
            home.ledger(),
            home.sessionToken(),
            home.log().getParent())) {
      if (path != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && isOpen(path)) {
        open.add(path);
      }
    }
    // Within a closed home nobody reaches an open file; the home alone decides, the rest warns.
    for (Path path : open) {
      String fix = "chmod go-rwx " + Finding.quoted(path);
      findings.add(
          path.equals(home.path())
              ? Finding.problem("home-permissions", "others can look into " + path, fix)
              : Finding.warning("home-permissions", "others could read " + path, fix));
    }
    if (open.isEmpty()) {
      findings.add(Finding.ok("home-permissions", "only its owner can look into the home"));
    }
  }

  private static boolean isOpen(Path path) {
    try {
      return !OWNER_ONLY.containsAll(
          Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static void fileSystem(Path home, Path mounts, List<Finding> findings) {
    String type = "";
    int longest = -1;
    try {
      Path real = home.toRealPath();
      for (String line : Files.readAllLines(mounts)) {
        String[] fields = line.split(" ");
        if (fields.length > 2) {
          Path point = Path.of(unescaped(fields[1]));
          // The last of equally long ones is mounted over the others.
          if (real.startsWith(point) && point.getNameCount() >= longest) {
            longest = point.getNameCount();
            type = fields[2];
          }
        }
      }
    } catch (IOException noTable) {
      return;
    }
    findings.add(
        NETWORK.contains(type)
            ? Finding.problem(
                "home-file-system",
                "the home is on a network file system ("
                    + type
                    + "), which keeps neither locks nor"
                    + " what was written safe",
                move(home))
            : Finding.ok(
                "home-file-system", "the home is on " + (type.isEmpty() ? "a local disk" : type)));
  }

  /// To a disk of this machine that no clean-up visits, for this shell and those to come.
  private static String move(Path home) {
    String user = System.getProperty("user.name");
    String folder = "/var/lib/keymantle-" + user;
    String make = "install -d -m 700 -o " + Finding.quoted(user) + " " + Finding.quoted(folder);
    String variable = "export KEYMANTLE_HOME=" + Finding.quoted(folder + "/home");
    return "keymantle down; "
        + (user.equals("root") ? make : "sudo " + make)
        + " && mv "
        + Finding.quoted(home)
        + " "
        + Finding.quoted(folder + "/home")
        + " && "
        + variable
        + " && echo "
        + Finding.quoted(variable)
        + " >> ~/.profile";
  }

  /// The table writes blanks and the like as octal numbers.
  private static String unescaped(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  private static void repository(Path home, List<Finding> findings) {
    for (Path folder = home; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"))) {
        Path exclude = folder.resolve(".git/info/exclude");
        String entry = "/" + folder.relativize(home) + "/";
        if (!excludes(exclude, entry)) {
          findings.add(
              Finding.warning(
                  "home-in-repository",
                  "the home lies in the git repository " + folder,
                  "mkdir -p "
                      + Finding.quoted(folder.resolve(".git/info"))
                      + " && echo "
                      + Finding.quoted(entry)
                      + " >> "
                      + Finding.quoted(exclude)));
        }
        return;
      }
    }
  }

  private static boolean excludes(Path file, String entry) {
    try {
      return Files.readAllLines(file).contains(entry);
    } catch (IOException missing) {
      return false;
    }
  }
}
