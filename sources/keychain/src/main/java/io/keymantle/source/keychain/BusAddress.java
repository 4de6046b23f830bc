package io.keymantle.source.keychain;

import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where the session bus listens
/// (https://dbus.freedesktop.org/doc/dbus-specification.html#addresses). Only sockets that are
/// files are known: the JDK reaches no abstract ones, and no other kind is of this machine alone.
record BusAddress(Path socket) {
  static final String SETTING = "bus";
  private static final Pattern PATH = Pattern.compile("unix:(?:[^;]*,)?path=([^,;]+)(?:,[^;]*)?");

  /// What was set.
  ///
  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when it is none
  static Optional<BusAddress> set(SourceSettings settings) {
    return settings
        .text(SETTING)
        .map(text ->
            parse(text)
                .orElseThrow(() ->
                    settings.refused(
                        "its bus is no socket", "write bus=unix:path=/run/user/1000/bus")));
  }

  /// What was set, else what the environment says.
  ///
  /// @throws SourceException with UNAVAILABLE when there is no session
  static BusAddress of(SourceSettings settings) throws SourceException {
    Optional<BusAddress> set = set(settings);
    if (set.isPresent()) {
      return set.get();
    }
    Optional<String> named = settings.variable("DBUS_SESSION_BUS_ADDRESS");
    Optional<BusAddress> found =
        named.isPresent()
            ? parse(named.get())
            : settings
                .variable("XDG_RUNTIME_DIR")
                .map(folder -> new BusAddress(Path.of(folder, "bus")));
    return found.orElseThrow(() ->
        new SourceException(
            Reason.UNAVAILABLE,
            named.isPresent()
                ? "the session bus of DBUS_SESSION_BUS_ADDRESS is not a socket with a path"
                : "the broker runs in no session, so there is no bus and no keychain",
            "keymantle source set "
                + settings.scheme()
                + " --kind keychain --setting bus=unix:path=/run/user/UID/bus"));
  }

  /// Whether its folder is one that others may not enter, as a session's is.
  boolean isClosed() {
    Path folder = socket.toAbsolutePath().getParent();
    return folder != null && !Files.notExists(folder) && !Files.isExecutable(folder);
  }

  /// The first socket with a path among the addresses of a list.
  private static Optional<BusAddress> parse(String list) {
    for (String address : list.split(";")) {
      var match = PATH.matcher(address);
      if (match.matches()) {
        try {
          String path =
              URLDecoder.decode(match.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
          return Optional.of(new BusAddress(Path.of(path)));
        } catch (InvalidPathException e) {
          // Not one that can be reached.
        } catch (IllegalArgumentException e) {
          // A percent sign that is none.
        }
      }
    }
    return Optional.empty();
  }
}
