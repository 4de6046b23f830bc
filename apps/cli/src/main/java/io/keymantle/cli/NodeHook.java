package io.keymantle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/// The file that makes older Node.js honour the proxy: fetch does not by itself before 22.21 and
/// 24, and there is no variable that says so. Node loads it through `NODE_OPTIONS`.
final class NodeHook {
  /// Its name inside an isolated run.
  static final String NAME = "node-proxy.cjs";

  private NodeHook() {}

  /// Writes it into the folder; it is public, and the same for every run.
  static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path target = folder.resolve(NAME);
    Path fresh = Files.createTempFile(folder, "node", ".new");
    try (InputStream source =
        Objects.requireNonNull(NodeHook.class.getResourceAsStream(NAME), NAME)) {
      Files.copy(source, fresh, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return target;
  }

  /// The caller's own `NODE_OPTIONS` with this file added.
  static String options(String own, String file) {
    return own.isEmpty() ? "--require=" + file : own + " --require=" + file;
  }
}
