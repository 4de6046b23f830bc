package io.keymantle.e2e;

import io.keymantle.domain.HomeDirectory;
import io.keymantle.intake.Intake;
import io.keymantle.intake.IntakeKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A broker as a child process that can be killed (SIGKILL) and started again, and its APIs without
/// the detour of the command line.
final class KillableBroker implements AutoCloseable {
  private final TestHome home;
  private final UnixDomainSocketAddress admin;
  private volatile Process process;
  private volatile boolean killed = true;
  private volatile InetSocketAddress gateway =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private volatile String intakeKey = "";

  private KillableBroker(TestHome home, Process process) {
    this.home = home;
    this.process = process;
    this.admin =
        UnixDomainSocketAddress.of(new HomeDirectory(home.path()).adminSocket().toString());
  }

  /// Starts the first time, on any free port; later starts take the remembered one.
  static KillableBroker of(TestHome home) throws IOException {
    KillableBroker broker =
        new KillableBroker(home, home.start("up", "--foreground", "--gateway-port", "0"));
    broker.awaitReady();
    return broker;
  }

  /// Starts again with nothing but `up`, and returns when it is ready.
  ///
  /// @throws IllegalStateException when it ends instead
  void start() throws IOException {
    process = home.start("up", "--foreground");
    awaitReady();
  }

  /// Starts and kills before or soon after it is ready.
  void startAndKill(long milliseconds) throws IOException, InterruptedException {
    process = home.start("up", "--foreground");
    Process starting = process;
    Thread output = Thread.startVirtualThread(() -> read(starting.getInputStream()));
    Thread errors = Thread.startVirtualThread(() -> read(starting.getErrorStream()));
    starting.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    kill();
    output.join();
    errors.join();
  }

  private void awaitReady() throws IOException {
    Process starting = process;
    StringBuilder errors = new StringBuilder();
    Thread reader = Thread.startVirtualThread(() -> errors.append(read(starting.getErrorStream())));
    BufferedReader output = starting.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.startsWith("broker ready")) {
      line = output.readLine();
    }
    if (line == null) {
      join(reader);
      throw new IllegalStateException("up did not start the broker: " + errors);
    }
    killed = false;
    URI url = URI.create(must("GET", "/v1/status", "").get("gateway").stringValue());
    gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort());
    intakeKey = must("GET", "/v1/intake-key", "").get("key").stringValue();
  }

  /// Ends the process with SIGKILL; returns when it is gone.
  void kill() {
    killed = true;
    process.destroyForcibly().onExit().join();
  }

  /// Whether failed connections are to be expected.
  boolean isKilled() {
    return killed;
  }

  /// Calls the admin API as the owner.
  PlainHttp.Reply call(String method, String target, String body) throws IOException {
    return PlainHttp.exchange(admin, method, target, Map.of("Host", "keymantle"), body);
  }

  /// Calls the admin API and insists on success.
  JsonNode must(String method, String target, String body) throws IOException {
    PlainHttp.Reply reply = call(method, target, body);
    if (!reply.ok()) {
      throw new IllegalStateException(method + " " + target + " was answered " + reply);
    }
    return TestHome.parse(reply.body());
  }

  /// Calls the agent API.
  PlainHttp.Reply callAsAgent(String agentToken, String method, String target, String body)
      throws IOException {
    Map<String, String> headers =
        Map.of("Host", "127.0.0.1:" + gateway.getPort(), "Authorization", "Bearer " + agentToken);
    return PlainHttp.exchange(gateway, method, target, headers, body);
  }

  /// Sends a request with a broker token through the gateway.
  PlainHttp.Reply proxied(String agentToken, String brokerToken, URI target) throws IOException {
    Map<String, String> headers =
        Map.of(
            "Host",
            target.getAuthority(),
            "Proxy-Authorization",
            "Bearer " + agentToken,
            "Authorization",
            "Bearer " + brokerToken);
    return PlainHttp.exchange(gateway, "GET", target.toString(), headers, "");
  }

  /// Seals a value for a credential, as the command line does.
  String sealed(String credential, String value) {
    return Intake.seal(
            IntakeKey.parse(intakeKey), value.getBytes(StandardCharsets.UTF_8), credential)
        .text();
  }

  private static String read(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
