package io.keymantle.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A home on a small disk of its own that fills up: no value may be used that the ledger cannot
/// record, and once there is room again the broker starts and works.
final class DiskFull implements AutoCloseable {
  private static final String SIZE = "40m";
  private static final String VALUE = "value-on-a-full-disk";

  /// As many requests as would fill what the ledger has preallocated.
  private static final int REQUESTS = 60_000;

  private final Path disk;
  private final CrashReport report;
  private final ValueRecorder upstream = new ValueRecorder();
  private int used;

  private DiskFull(Path disk, CrashReport report) throws IOException {
    this.disk = disk;
    this.report = report;
  }

  /// Skips with a message where mounting is not permitted.
  static void run(Path folder, CrashReport report) throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    if (!command("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", disk.toString())) {
      System.out.println("skipped: the disk-full case, for this user may not mount a small disk");
      return;
    }
    try (DiskFull diskFull = new DiskFull(disk, report)) {
      diskFull.fillAndFree();
    } catch (IOException | RuntimeException e) {
      report.check(false, "the case ended with " + e);
    } finally {
      command("umount", disk.toString());
    }
    report.endCase("disk full");
  }

  private void fillAndFree() throws IOException, InterruptedException {
    TestHome home = TestHome.made(disk);
    try (KillableBroker broker = KillableBroker.of(home)) {
      String agent = add(broker);
      String token = request(broker, agent);
      report.check(use(broker, agent, token).ok(), "the first request was refused");
      Path filler = fill();
      PlainHttp.Reply refused = useUntilRefused(broker, agent, token);
      report.check(
          refused.status() == 503 && refused.body().contains("\"ledger_unavailable\""),
          "with a full disk a request was answered " + refused);
      report.check(upstream.valueAt("/" + used).isEmpty(), "a value was used without a record");
      report.check(!use(broker, agent, token).ok(), "a later request was let through");
      report.check(upstream.valueAt("/" + used).isEmpty(), "a value was used without a record");
      report.count("requests refused on a full disk");
      broker.kill();
      Files.delete(filler);
      broker.start();
      report.check(use(broker, agent, token).ok(), "with room again a request was refused");
      LedgerFacts ledger = LedgerFacts.read(broker, 0);
      for (String path : upstream.drain().keySet()) {
        report.check(
            ledger.has("redemption " + path), "a value was used at " + path + " without a record");
      }
      String verified = home.run("ledger", "verify").all().strip();
      report.check(home.run("ledger", "verify").status() == 0, "ledger verify: " + verified);
    }
  }

  private String add(KillableBroker broker) throws IOException {
    String credential =
        """
        {"name": "kept", "allowedAgents": ["%s"], "sealed": "%s",
         "bindings": [{"destination": "%s"}]}\
        """
            .formatted(CrashSuite.AGENT, broker.sealed("kept", VALUE), upstream.destination());
    broker.must("POST", "/v1/credentials", credential);
    return broker
        .must("POST", "/v1/agents", "{\"name\": \"" + CrashSuite.AGENT + "\"}")
        .get("token")
        .stringValue();
  }

  private static String request(KillableBroker broker, String agent) throws IOException {
    PlainHttp.Reply reply =
        broker.callAsAgent(agent, "POST", "/v1/requests", "{\"credential\": \"kept\"}");
    JsonNode granted = TestHome.parse(reply.body());
    return granted.get("bare").stringValue();
  }

  private PlainHttp.Reply useUntilRefused(KillableBroker broker, String agent, String token)
      throws IOException {
    PlainHttp.Reply reply = use(broker, agent, token);
    for (int i = 0; i < REQUESTS && reply.ok(); i++) {
      reply = use(broker, agent, token);
    }
    return reply;
  }

  private PlainHttp.Reply use(KillableBroker broker, String agent, String token)
      throws IOException {
    used++;
    return broker.proxied(agent, token, URI.create(upstream.destination() + "/" + used));
  }

  private Path fill() throws IOException {
    Path filler = disk.resolve("filler");
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      return filler;
    }
  }

  private static boolean command(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of(command))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  @Override
  public void close() {
    upstream.close();
  }
}
