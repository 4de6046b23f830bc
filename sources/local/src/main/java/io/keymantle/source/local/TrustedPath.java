package io.keymantle.source.local;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// A path that only root and the broker's own user can make lead elsewhere.
///
/// Neither the file nor any directory on the way to it, before and after symbolic links are
/// followed, may be writable by group or others (a sticky directory such as `/tmp` may), and all
/// belong to root or to the broker's user. Links as such are followed: mounted secrets are links.
final class TrustedPath {
  private static final int GROUP_OR_OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;

  private TrustedPath() {}

  /// The path of a reference, when it is absolute and has no `.` or `..` in it.
  static Optional<Path> parse(String text) {
    try {
      Path path = Path.of(text);
      boolean plain = path.isAbsolute() && path.normalize().equals(path) && path.getNameCount() > 0;
      return plain ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /// What makes the path unsafe, in words and with the fix; empty when nothing does.
  ///
  /// @throws IOException when it does not exist or cannot be looked at
  static Optional<Unsafe> unsafe(Path path) throws IOException {
    Optional<Unsafe> given = unsafeWay(path);
    Path real = path.toRealPath();
    return given.isPresent() || real.equals(path) ? given : unsafeWay(real);
  }

  private static Optional<Unsafe> unsafeWay(Path path) throws IOException {
    long ownUser = new UnixSystem().getUid();
    for (Path step = path; step != null; step = step.getParent()) {
      if (Files.isSymbolicLink(step)) {
        // The mode of a link means nothing; who may replace it is said by its directory.
        continue;
      }
      int owner = user(step);
      if (owner != 0 && owner != ownUser) {
        return Optional.of(
            new Unsafe(step + " belongs to another user", "chown it to the broker's user"));
      }
      int mode = (int) Files.getAttribute(step, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      boolean sticky = Files.isDirectory(step) && (mode & STICKY) != 0;
      if ((mode & GROUP_OR_OTHERS_WRITE) != 0 && !sticky) {
        return Optional.of(new Unsafe(step + " is writable by other users", "chmod go-w " + step));
      }
    }
    return Optional.empty();
  }

  private static int user(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /// @param message one sentence that names the step of the path
  /// @param fix the command that mends it
  record Unsafe(String message, String fix) {}
}
