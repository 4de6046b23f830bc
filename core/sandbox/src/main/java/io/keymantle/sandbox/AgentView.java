package io.keymantle.sandbox;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The machine as an agent under `run` sees it: an [AgentProfile] as mounts and variables.
///
/// Implementation note. Whatever must stay as it is inside (hidden or read-only) would be worth
/// little if the agent could rename a folder above it, and leave a copy of its own making in that
/// place for the person to stumble over. A mount point cannot be renamed, so every folder between a
/// writable place and something protected is bound onto itself.
final class AgentView {
  /// Variables that lead to sockets which do not exist inside.
  static final Set<String> DEAD_VARIABLES =
      Set.of(
          "SSH_AUTH_SOCK",
          "SSH_AGENT_PID",
          "GPG_AGENT_INFO",
          "DBUS_SESSION_BUS_ADDRESS",
          "DBUS_SYSTEM_BUS_ADDRESS",
          "DISPLAY",
          "WAYLAND_DISPLAY",
          "XAUTHORITY",
          "XDG_RUNTIME_DIR",
          "PULSE_SERVER",
          "DOCKER_HOST",
          "CONTAINER_HOST",
          "PODMAN_SOCK",
          "TMUX",
          "VSCODE_IPC_HOOK_CLI",
          "VSCODE_GIT_IPC_HANDLE",
          "VSCODE_GIT_ASKPASS_MAIN",
          "KEYMANTLE_HOME");

  private static final List<Path> ALWAYS_PRESENT = List.of(Path.of("/run/current-system"));

  private final AgentProfile profile;
  private final Path workdir;
  private final Path home;
  private final Path keymantleHome;
  private final List<Path> hidden;
  private final List<Path> readOnly;

  /// @param runtime what the relay itself needs to see: the JDK and its own class path
  AgentView(AgentProfile profile, List<Path> runtime) {
    this.profile = profile;
    this.workdir = Places.resolve(profile.workdir(), "the working folder");
    // A system user may have no home folder; nothing is to be hidden in it then.
    this.home =
        Files.isDirectory(profile.userHome())
            ? Places.resolve(profile.userHome(), "the home folder")
            : workdir;
    // An agent of another user than the broker's has none of its own.
    this.keymantleHome =
        Files.isDirectory(profile.keymantleHome())
            ? Places.resolve(profile.keymantleHome(), "the Keymantle home")
            : profile.keymantleHome();
    refuseInside(workdir, "the working folder");
    refuseInside(home, "the user's home folder");
    runtime.forEach(place -> refuseInside(place, "Keymantle's own program"));
    this.hidden = hiddenPlaces();
    this.readOnly = readOnlyPlaces(runtime);
  }

  private void refuseInside(Path place, String what) {
    if (place.startsWith(keymantleHome)) {
      throw RefusedException.of(
          ErrorCode.HOME_UNSAFE,
          what + " " + place + " is inside the Keymantle home, which an agent must not see",
          "change to another folder, or move the Keymantle home with KEYMANTLE_HOME");
    }
  }

  Path workdir() {
    return workdir;
  }

  List<String> mounts() {
    Path root = Path.of("/");
    MountArguments mounts = new MountArguments().writable(root);
    Places.SYSTEM.stream().filter(this::isPlainFolder).forEach(mounts::readOnly);
    Places.VOLATILE.stream().filter(this::isPlainFolder).forEach(mounts::emptyFolder);
    ALWAYS_PRESENT.stream().filter(Files::exists).forEach(mounts::readOnly);
    mounts.kernelFolders();
    List<Path> back = boundBack();
    back.forEach(mounts::writable);
    pinned(back).forEach(mounts::writable);
    // A working folder inside a protected place is the agent's all the same; what is protected in
    // it, is again.
    readOnly.stream().filter(workdir::startsWith).forEach(mounts::readOnly);
    if (Places.below(workdir, readOnly)) {
      mounts.writable(workdir);
    }
    readOnly.stream().filter(place -> !workdir.startsWith(place)).forEach(mounts::readOnly);
    hidden.forEach(mounts::hide);
    mounts.keymantleFolder(profile.route(), profile.files());
    return mounts.list();
  }

  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(profile.environment());
    environment.keySet().removeAll(DEAD_VARIABLES);
    if (!isVisible(Path.of(environment.getOrDefault("TMPDIR", "/tmp")), boundBack())) {
      environment.put("TMPDIR", "/tmp");
    }
    return environment;
  }

  /// The home and working folder, where a covered folder would hide them or make them read-only.
  private List<Path> boundBack() {
    List<Path> back = new ArrayList<>();
    for (Path place : List.of(home, workdir)) {
      boolean covered = isBelowCovered(place) && !isCovered(place);
      if (covered && !Places.below(place, back)) {
        back.removeIf(other -> other.startsWith(place));
        back.add(place);
      }
    }
    return back;
  }

  private static boolean isCovered(Path place) {
    return Places.VOLATILE.contains(place) || Places.SYSTEM.contains(place);
  }

  private static boolean isBelowCovered(Path place) {
    return Places.below(place, Places.VOLATILE) || Places.below(place, Places.SYSTEM);
  }

  private static boolean isVisible(Path place, List<Path> back) {
    Path clean = place.toAbsolutePath().normalize();
    return Files.exists(clean)
        && (!Places.below(clean, Places.VOLATILE) || Places.below(clean, back));
  }

  private boolean isPlainFolder(Path place) {
    return Files.isDirectory(place) && !Files.isSymbolicLink(place);
  }

  /// Writable folders above something protected, outermost first.
  private List<Path> pinned(List<Path> back) {
    Set<Path> pinned =
        new TreeSet<>(
            Comparator.comparingInt(Path::getNameCount).thenComparing(Comparator.naturalOrder()));
    List<Path> protectedPlaces = new ArrayList<>(hidden);
    protectedPlaces.addAll(readOnly);
    for (Path place : protectedPlaces) {
      for (Path above = place.getParent();
          above != null && above.getNameCount() > 0;
          above = above.getParent()) {
        if (!isBelowCovered(above) || Places.below(above, back)) {
          pinned.add(above);
        }
      }
    }
    pinned.removeAll(back);
    return List.copyOf(pinned);
  }

  private List<Path> hiddenPlaces() {
    Set<Path> places = new TreeSet<>();
    for (Path secret : Places.SECRETS) {
      boolean revealed =
          profile.revealed().contains(home.resolve(secret)) || profile.revealed().contains(secret);
      if (!revealed) {
        places.addAll(Places.existing(home, List.of(secret)));
      }
    }
    for (String variable : List.of("XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "XAUTHORITY")) {
      String named = profile.environment().get(variable);
      if (named != null && named.startsWith("/") && !isBelowCovered(Path.of(named))) {
        places.addAll(Places.existing(Path.of("/"), List.of(Path.of(named))));
      }
    }
    // Whoever starts an agent in such a folder, or keeps his home there, wants it to be seen.
    places.removeIf(place -> workdir.startsWith(place) || home.startsWith(place));
    for (Path each : List.of(keymantleHome, HomeDirectory.SERVICE.path())) {
      if (Files.isDirectory(each)) {
        places.add(each);
        OtherMounts.of(each).stream().filter(Files::exists).forEach(places::add);
      }
    }
    return List.copyOf(places);
  }

  private List<Path> readOnlyPlaces(List<Path> runtime) {
    Set<Path> places = new TreeSet<>(Places.existing(home, Places.STARTUP));
    profile.readOnly().stream()
        .filter(Files::exists)
        .map(place -> Places.resolve(place, "folder"))
        .forEach(places::add);
    places.addAll(runtime);
    places.remove(workdir);
    return List.copyOf(places);
  }
}
