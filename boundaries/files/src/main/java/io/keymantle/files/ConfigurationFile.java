package io.keymantle.files;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.keys.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/// An openclaw.json on the disk: the file itself and no link to it, of the user who owns the home,
/// outside of it.
///
/// Guarantees: it is replaced whole and durably or not at all, with mode 0600, and never after
/// another program has changed it since it was read; it is read again after it was written.
final class ConfigurationFile {
  private static final int LONGEST = 4 * ConfigurationText.LONGEST;

  private final Path path;
  private final Path home;

  private ConfigurationFile(Path path, Path home) {
    this.path = path;
    this.home = home;
  }

  /// @param home whose files are not for editing
  /// @throws RefusedException with `invalid_request`, `not_found` or `forbidden`
  static ConfigurationFile at(Path path, Path home) {
    if (!path.isAbsolute() || !path.equals(path.normalize())) {
      throw invalid(path + " is not a whole path", "give the path from / on, without . and ..");
    }
    if (path.startsWith(home)) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "files of Keymantle's own home are not edited so",
          "name an openclaw.json");
    }
    String name = String.valueOf(path.getFileName());
    if (!name.endsWith(".json") && !name.endsWith(".json5")) {
      throw invalid(path + " is no .json or .json5 file", "name an openclaw.json");
    }
    return new ConfigurationFile(path, home);
  }

  Path path() {
    return path;
  }

  /// The bytes of the file.
  ///
  /// @throws RefusedException with `not_found`, `forbidden`, `body_too_large`, `store_unavailable`
  byte[] read() {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.of(
          ErrorCode.NOT_FOUND,
          "there is no file " + path,
          "name the file, such as /home/me/.openclaw/openclaw.json");
    }
    if (Files.isSymbolicLink(path)) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          path + " is a symbolic link",
          "name the file itself; realpath " + path + " shows it");
    }
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw invalid(path + " is not a file", "name an openclaw.json");
    }
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      requireOurs();
      byte[] content = in.readNBytes(LONGEST + 1);
      if (content.length > LONGEST) {
        throw RefusedException.of(
            ErrorCode.BODY_TOO_LARGE,
            path + " is longer than " + LONGEST + " bytes",
            "move parts of it into files of their own with $include");
      }
      return content;
    } catch (IOException e) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          path + " cannot be read",
          "let the user that the broker runs as own it: chown it to that user");
    }
  }

  /// Others who could swap the file, or who own it, would decide what is written where.
  private void requireOurs() throws IOException {
    Map<String, Object> file =
        Files.readAttributes(path, "unix:uid,nlink,mode", LinkOption.NOFOLLOW_LINKS);
    if (!Files.getAttribute(home, "unix:uid").equals(file.get("uid"))) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          path + " belongs to another user than the broker's",
          "edit it with a broker of the file's owner");
    }
    if (!Integer.valueOf(1).equals(file.get("nlink"))) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          path + " has a second name (a hard link), which would keep the old text",
          "leave one of them: find where it is with ls -i");
    }
    Path folder = path.resolveSibling(".").normalize();
    int mode = (Integer) Files.getAttribute(folder, "unix:mode");
    boolean sticky = (mode & 01000) != 0;
    Set<PosixFilePermission> open = Files.getPosixFilePermissions(folder);
    if (open.contains(PosixFilePermission.OTHERS_WRITE) && !sticky) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          folder + " can be written by every user, who could put another file there",
          "chmod o-w " + folder);
    }
  }

  /// Whether nobody but the owner can read it.
  boolean isPrivate() {
    try {
      return Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)
          .equals(PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      return false;
    }
  }

  /// The file's text.
  ///
  /// @throws RefusedException with `invalid_configuration` when it is not UTF-8
  static String text(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "the file is not UTF-8 text",
          "mend it: iconv -f UTF-8 FILE shows where");
    }
  }

  /// Replaces the file.
  ///
  /// @param before what it must hold until then
  /// @return false when another program has changed it; nothing is written then
  /// @throws RefusedException with `store_unavailable`
  boolean replace(byte[] before, byte[] content) {
    if (!PrivateFiles.writeIf(path, content, "rw-------", () -> Arrays.equals(read(), before))) {
      return false;
    }
    if (!Arrays.equals(read(), content)) {
      throw RefusedException.of(
          ErrorCode.STORE_UNAVAILABLE,
          path + " was changed by another program right after it was written",
          "open it again and look");
    }
    return true;
  }

  private static RefusedException invalid(String message, String fix) {
    return RefusedException.of(ErrorCode.INVALID_REQUEST, message, fix);
  }
}
