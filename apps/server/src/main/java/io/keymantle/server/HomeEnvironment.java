package io.keymantle.server;

import com.sun.security.auth.module.UnixSystem;
import io.keymantle.cli.Invocation;
import io.keymantle.control.SessionSecret;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.keymantle.intake.Dotenv;
import io.keymantle.intake.MalformedDotenvException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a broker is told by its environment: the variables of its process and, where those are
/// silent, the file `.env` of its home. The working folder's `.env` is never looked at.
///
/// Guarantees: the file is refused when anybody else could read or replace it; the secrets in it,
/// and those of the same names in the process's environment, reach no `env:` source.
///
/// @param variables of the process and the file, without the two secrets
/// @param bootstrapPassword empty text when there is none
record HomeEnvironment(
    Map<String, String> variables,
    Optional<SessionSecret> sessionSecret,
    String bootstrapPassword) {
  static final String SESSION_SECRET = "KEYMANTLE_SESSION_SECRET";
  static final String BOOTSTRAP = "KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD";

  /// What the file may set, beside the secrets.
  private static final List<String> READ =
      List.of("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy");

  private static final int OTHERS = 0077;
  private static final int LARGEST = 64 * 1024;

  /// Reads the file, and holds it to its rules.
  ///
  /// @param process the environment of the process, which wins
  /// @throws RefusedException with `home_unsafe`, `invalid_configuration` or `weak_secret`
  static HomeEnvironment of(HomeDirectory home, Map<String, String> process) {
    Map<String, String> all = new HashMap<>(process);
    Path file = home.environment();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] content = read(file);
      for (String name : READ) {
        find(file, content, name).ifPresent(value -> all.putIfAbsent(name, value));
      }
      for (String name : List.of(SESSION_SECRET, BOOTSTRAP)) {
        find(file, content, name).ifPresent(value -> all.putIfAbsent(name, value));
      }
    }
    String secret = all.getOrDefault(SESSION_SECRET, "");
    String password = all.getOrDefault(BOOTSTRAP, "");
    all.keySet().removeAll(List.of(SESSION_SECRET, BOOTSTRAP));
    return new HomeEnvironment(
        Map.copyOf(all),
        secret.isEmpty() ? Optional.empty() : Optional.of(SessionSecret.chosen(secret)),
        password);
  }

  static HomeEnvironment of(Invocation invocation) {
    return of(invocation.home(), invocation.terminal().environment());
  }

  private static byte[] read(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw unsafe(file + " is no plain file", "put a file of mode 0600 in its place");
      }
      int owner = (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (owner != new UnixSystem().getUid()) {
        throw unsafe(file + " belongs to another user", "chown it to the broker's user");
      }
      int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      if ((mode & OTHERS) != 0) {
        throw unsafe("others can read " + file, "chmod 600 " + file);
      }
      if (Files.size(file) > LARGEST) {
        throw unsafe(file + " is over 64 KiB", "leave only what Keymantle reads in it");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unsafe(file + " cannot be read", "chmod 600 " + file);
    }
  }

  private static Optional<String> find(Path file, byte[] content, String name) {
    try {
      return Dotenv.find(content, name)
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
          .filter(value -> !value.isEmpty());
    } catch (MalformedDotenvException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          file + " " + e.getMessage() + " (" + name + ")",
          "correct it, then run the command again");
    }
  }

  private static RefusedException unsafe(String message, String fix) {
    return RefusedException.of(ErrorCode.HOME_UNSAFE, message, fix);
  }

  @Override
  public String toString() {
    return "HomeEnvironment[]";
  }
}
