package io.keymantle.source.keychain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.keymantle.source.http.SourceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A message bus of this test alone: the real dbus-daemon, which knows of no program to start.
final class PrivateBus implements AutoCloseable {
  private static final String CONFIGURATION =
      """
      <busconfig>
        <type>session</type>
        <listen>unix:path=%s</listen>
        <auth>EXTERNAL</auth>
        <policy context="default">
          <allow send_destination="*" eavesdrop="true"/>
          <allow eavesdrop="true"/>
          <allow own="*"/>
        </policy>
      </busconfig>
      """;

  static final Duration TIME = Duration.ofSeconds(10);

  private final Process daemon;
  private final Path socket;

  /// @param directory that is short enough for the name of a socket
  PrivateBus(Path directory) throws IOException {
    socket = directory.resolve("bus");
    Path configuration = directory.resolve("bus.conf");
    Files.writeString(configuration, CONFIGURATION.formatted(socket));
    daemon =
        new ProcessBuilder(
                "dbus-daemon", "--config-file=" + configuration, "--nofork", "--print-address")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    // It says its address once it listens.
    daemon.inputReader(UTF_8).readLine();
  }

  String address() {
    return "unix:path=" + socket;
  }

  /// Waits until somebody answers to the name.
  void awaitOwner(String name) {
    await()
        .atMost(TIME)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          try (BusConnection connection = BusConnection.open(place(), TIME);
              BusMessage answer =
                  connection.callBus("NameHasOwner", "s", new BusWriter().text(name))) {
            return answer.body("b").flag();
          }
        });
  }

  BusAddress place() {
    return new BusAddress(socket);
  }

  SourceSettings settings() {
    return settings(Map.of());
  }

  SourceSettings settings(Map<String, String> values) {
    return new SourceSettings(
        "keychain", values, Map.of(), Map.of("DBUS_SESSION_BUS_ADDRESS", address()));
  }

  @Override
  public void close() throws IOException {
    end(daemon);
    Files.deleteIfExists(socket);
  }

  static void end(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
