package io.keymantle.sandbox;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Folders of a Linux machine by their role in a sandbox.
final class Places {
  /// Programs and settings of the machine: nothing below is the user's to write.
  static final List<Path> SYSTEM =
      paths("/usr /bin /sbin /lib /lib32 /lib64 /libx32 /etc /boot /opt /var /sys");

  /// Sockets, locks and files of running programs.
  static final List<Path> VOLATILE = paths("/tmp /run /var/tmp /var/run");

  /// Secrets of other tools below a home folder: an agent has no use for them, since no network but
  /// the gateway is there.
  static final List<Path> SECRETS =
      paths(
          ".ssh .gnupg .aws .azure .config/gcloud .config/gh .config/op .config/doctl .kube .docker"
              + " .netrc .git-credentials .config/git/credentials .local/share/keyrings"
              + " .password-store .vault-token .pgpass .my.cnf .pypirc .cargo/credentials"
              + " .cargo/credentials.toml .gem/credentials .terraform.d/credentials.tfrc.json"
              + " .mozilla .config/google-chrome .config/chromium");

  /// What a shell or desktop runs by itself when its user comes back.
  static final List<Path> STARTUP =
      paths(
          ".bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv"
              + " .zprofile .zlogin .zlogout .config/fish .config/autostart .config/systemd"
              + " .config/environment.d .pam_environment .xprofile .xinitrc .xsession .inputrc"
              + " .tmux.conf .screenrc .local/share/systemd .local/share/applications");

  private Places() {}

  private static List<Path> paths(String text) {
    return Stream.of(text.split(" ")).map(Path::of).toList();
  }

  /// The place without symbolic links.
  ///
  /// @throws RefusedException when it does not exist
  static Path resolve(Path place, String what) {
    try {
      return place.toRealPath();
    } catch (IOException missing) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          what + " " + place + " does not exist or cannot be read",
          "create it, or name another");
    }
  }

  /// Those of the places below the folder that exist, without symbolic links.
  static List<Path> existing(Path folder, List<Path> places) {
    return places.stream()
        .map(folder::resolve)
        .filter(Files::exists)
        .map(place -> resolve(place, "folder"))
        .distinct()
        .toList();
  }

  /// Whether the place is one of the folders or below one.
  static boolean below(Path place, List<Path> folders) {
    return folders.stream().anyMatch(place::startsWith);
  }
}
