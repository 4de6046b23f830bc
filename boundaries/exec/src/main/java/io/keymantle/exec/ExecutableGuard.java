package io.keymantle.exec;

import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Makes sure that a pinned executable is what its owner pinned: neither it, nor a folder or link
/// on the way to it, can be written by an agent. Looked at for each run; since only root could
/// change anything in between, what is checked is what runs.
///
/// Root owns all of the way, and nobody else may write there. A folder of a group, such as the Nix
/// store's, may be when it has the sticky bit, which lets nobody replace what is root's. A folder
/// of all may not, sticky or not: there, an agent can put a hard link to any program of root's
/// where the pinned one was or is to be.
///
/// Where the broker itself runs as root, its agents may own root's files too; then all of the way
/// must also be in a folder of installed programs. A sandbox has those read-only; others, such as
/// `/opt/app` or `/usr/src/app`, may be the working folder of an agent.
final class ExecutableGuard {
  private static final int GROUP_OR_OTHERS_WRITE = 0022;
  private static final int OTHERS_WRITE = 0002;
  private static final int STICKY = 01000;
  private static final int EXECUTE = 0111;
  private static final int MAX_LINKS = 40;
  private static final List<Path> INSTALLED =
      Stream.of(
              ("/usr/bin /usr/sbin /usr/lib /usr/lib32 /usr/lib64 /usr/libexec /usr/local/bin"
                      + " /usr/local/sbin /usr/local/lib /usr/local/libexec /bin /sbin /lib /lib32"
                      + " /lib64 /etc/alternatives /nix/store")
                  .split(" "))
          .map(Path::of)
          .toList();

  private final boolean brokerIsRoot;

  /// @param brokerIsRoot whether agents under the broker's user may write what root owns
  ExecutableGuard(boolean brokerIsRoot) {
    this.brokerIsRoot = brokerIsRoot;
  }

  /// The guard for the user of this JVM.
  static ExecutableGuard ofThisProcess() {
    // Not the owner of /proc/self: that is root for a process which is not dumpable.
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      return new ExecutableGuard(
          status.anyMatch(line -> line.startsWith("Uid:") && line.matches("Uid:.*\\b0\\b.*")));
    } catch (IOException unknown) {
      return new ExecutableGuard(true);
    }
  }

  /// The resolved executable.
  ///
  /// @throws RefusedException with [ErrorCode#COMMAND_NOT_ALLOWED] when it cannot be relied on
  Path check(CredentialName credential, CommandBinding binding) {
    Path pinned = binding.executable();
    try {
      Path resolved = pinned.toRealPath();
      if (!Files.isRegularFile(resolved) || (mode(resolved) & EXECUTE) == 0) {
        throw refused(credential, pinned, "is not a program", "pin a program in the binding");
      }
      if (!isSafe(pinned, 0)) {
        throw refused(
            credential,
            pinned,
            "could be replaced by an agent: it, or a folder or link on the way to it, is not"
                + " root's alone",
            "sudo install -o root -m 755 " + pinned + " /usr/local/bin/, and pin that");
      }
      if (!binding.trustsWorkdir()) {
        String risky = RiskyPrograms.match(pinned, resolved);
        if (!risky.isEmpty()) {
          throw refused(
              credential,
              pinned,
              "is or uses "
                  + risky
                  + ", which runs code from its working folder, configuration or arguments",
              "say \"trustsWorkdir\": true in the binding, if whoever can write there may have the"
                  + " value");
        }
      }
      return resolved;
    } catch (IOException missing) {
      throw refused(
          credential, pinned, "does not exist or cannot be read", "pin another in the binding");
    }
  }

  private boolean isSafe(Path path, int links) throws IOException {
    if (links > MAX_LINKS || (brokerIsRoot && !isInstalled(path))) {
      return false;
    }
    Path walked = Path.of("/");
    for (Path name : path) {
      walked = walked.resolve(name);
      if (name.toString().equals("..")) {
        return isSafe(walked.normalize(), links + 1);
      }
      if (!isRootsAlone(walked)) {
        return false;
      }
      if (Files.isSymbolicLink(walked)) {
        Path rest = walked.relativize(path);
        Path target = walked.resolveSibling(Files.readSymbolicLink(walked)).resolve(rest);
        return isSafe(target.normalize(), links + 1);
      }
    }
    return true;
  }

  static boolean isInstalled(Path path) {
    return INSTALLED.stream().anyMatch(path::startsWith);
  }

  private static boolean isRootsAlone(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    boolean roots = Integer.valueOf(0).equals(attributes.get("uid"));
    boolean link = Files.isSymbolicLink(path);
    int mode = attributes.get("mode") instanceof Integer bits ? bits : GROUP_OR_OTHERS_WRITE;
    boolean closed = (mode & GROUP_OR_OTHERS_WRITE) == 0;
    boolean sticky = (mode & STICKY) != 0 && (mode & OTHERS_WRITE) == 0;
    return roots && (link || closed || (sticky && Files.isDirectory(path)));
  }

  private static int mode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:mode") instanceof Integer bits ? bits : 0;
  }

  private static RefusedException refused(
      CredentialName credential, Path executable, String why, String fix) {
    return RefusedException.about(
        credential, ErrorCode.COMMAND_NOT_ALLOWED, "the program " + executable + " " + why, fix);
  }
}
