package io.keymantle.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The service that a broker reaches over TLS while the build records what its JVM loads and
/// compiles: without it, the first agent after each start would wait for both.
public final class Rehearsal {
  private Rehearsal() {}

  /// Serves until standard input ends. Arguments: a folder, where `service.pem` and, once it
  /// serves, `port` appear; and the token that it insists on.
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    DemoCertificate certificate = DemoCertificate.create(folder, DemoApi.HOST);
    try (DemoApi api =
        DemoApi.overTls(certificate.context(), arguments[1], new GitRepository(folder))) {
      Path written = Files.writeString(folder.resolve("port.new"), Integer.toString(api.port()));
      Files.move(written, folder.resolve("port"), StandardCopyOption.ATOMIC_MOVE);
      while (System.in.read() >= 0) {
        // Only its end matters.
      }
    }
  }
}
