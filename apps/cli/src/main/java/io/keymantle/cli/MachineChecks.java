package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import io.keymantle.sandbox.Isolation;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Whether the machine is as Keymantle needs it: clock, ports, isolation.
final class MachineChecks {
  /// Certificates and grants made by a clock this far off are refused elsewhere.
  private static final Duration TOLERANCE = Duration.ofMinutes(2);

  /// No clock that is right shows an earlier moment.
  private static final Instant RELEASED = Instant.parse("2026-11-01T00:00:00Z");

  private static final int CONNECT_MILLIS = 1000;

  private MachineChecks() {}

  /// Compares the clock with what the home remembers: it can be behind a file's time only when one
  /// of the two was wrong.
  ///
  /// @param systemd whether systemd runs this machine, and so sets its clock
  static List<Finding> clock(HomeDirectory home, Clock clock, boolean systemd) {
    Instant now = clock.instant();
    List<Finding> findings = new ArrayList<>();
    String fix = systemd ? "timedatectl set-ntp true" : "hwclock --hctosys";
    if (now.isBefore(RELEASED)) {
      findings.add(Finding.problem("clock", "the clock shows a time before this release", fix));
    }
    for (Path path : List.of(home.database(), home.rootCertificate(), home.ledger())) {
      try {
        Instant changed = Files.getLastModifiedTime(path).toInstant();
        if (changed.isAfter(now.plus(TOLERANCE))) {
          findings.add(
              Finding.problem(
                  "clock",
                  path + " was changed in the future by this clock, which is behind or was ahead",
                  (systemd ? fix + " && " : "") + "touch " + Finding.quoted(path)));
        }
      } catch (IOException missing) {
        // What is not there yet has no time to compare with.
      }
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok("clock", "the clock agrees with the home"));
    }
    return findings;
  }

  /// Whether the listeners answer, or, without a broker, whether its port is free.
  static List<Finding> ports(HomeDirectory home, JsonObject status) {
    List<Finding> findings = new ArrayList<>();
    for (String listener : List.of("gateway", "api")) {
      String url = status.text(listener);
      if (!url.isEmpty()) {
        URI uri = URI.create(url);
        findings.add(
            answers(uri.getPort())
                ? Finding.ok("port-" + listener, url + " answers")
                : Finding.problem(
                    "port-" + listener, url + " does not answer", "keymantle down; keymantle up"));
      }
    }
    if (findings.isEmpty()) {
      int port = rememberedPort(home);
      if (port > 0 && answers(port)) {
        findings.add(
            Finding.problem(
                "port-gateway",
                "another program listens on port " + port + ", which the broker used last time",
                "keymantle up --gateway-port 0"));
      }
    }
    return findings;
  }

  private static int rememberedPort(HomeDirectory home) {
    try {
      JsonObject configuration = Json.object(Files.readAllBytes(home.configuration()));
      return (int) configuration.number("gatewayPort");
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static Finding isolation() {
    return switch (Isolation.probe()) {
      case Isolation.Available available ->
          Finding.ok("isolation", "agents can be isolated with " + available.bubblewrap());
      case Isolation.Unavailable unavailable ->
          Finding.warning("isolation", unavailable.reason(), unavailable.fix());
    };
  }

  /// What a program prints, standard error included; empty when it is missing, fails or hangs.
  static String output(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      try (InputStream out = process.getInputStream()) {
        String text = new String(out.readNBytes(64 * 1024), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return "";
        }
        return process.exitValue() == 0 ? text : "";
      }
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
