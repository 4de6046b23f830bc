package io.keymantle.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// Edits one openclaw.json over the admin API as fast as it goes: a save, a secret moved to the
/// store, a save, and so on until the broker is gone. Knows the two texts that the file may have at
/// any moment.
final class ConfigurationEdits implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECRETS = 60;
  private static final String PADDING = "// nothing of interest stands in this line\n".repeat(100);

  private final KillableBroker broker;
  private final CrashReport report;
  private final Path file;
  private final String name;
  private final CountDownLatch begun = new CountDownLatch(1);

  /// What the file holds for sure, or holds unless the last edit, unanswered, has been made.
  private volatile String before;

  private volatile String after;
  private volatile int moved;
  private int port;

  /// Writes the file.
  ///
  /// @param name makes the secrets of this file different from those of others
  ConfigurationEdits(KillableBroker broker, CrashReport report, Path file, String name)
      throws IOException {
    this.broker = broker;
    this.report = report;
    this.file = file;
    this.name = name;
    StringBuilder text =
        new StringBuilder("// mine\n{ gateway: { port: 0 }, models: { providers: {");
    for (int secret = 0; secret < SECRETS; secret++) {
      text.append("\n  p%d: { apiKey: '%s' }, // kept".formatted(secret, value(secret)));
    }
    before = text.append("\n} } }\n").append(PADDING).toString();
    after = before;
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, before);
  }

  CountDownLatch begun() {
    return begun;
  }

  /// The texts that the file may have; one when every edit was answered.
  List<String> possible() {
    return List.of(before, after);
  }

  /// That the file has this text was seen.
  void seen(String text) {
    before = text;
    after = text;
  }

  /// The secrets whose move to the store was asked for, perhaps without an answer.
  List<String> secretsMoved() {
    return IntStream.range(0, moved).mapToObj(this::value).toList();
  }

  String credential(int secret) {
    return name + "-" + secret;
  }

  /// The command that moves a secret that no edit has moved.
  List<String> protectLast() {
    int last = SECRETS - 1;
    after = replaced(before, last);
    return List.of(
        "openclaw",
        "protect",
        file.toString(),
        "models.providers.p" + last + ".apiKey",
        "--name",
        credential(last));
  }

  String lastSecret() {
    return value(SECRETS - 1);
  }

  @Override
  public void run() {
    try {
      JsonNode opened = broker.must("POST", "/v1/openclaw/open", body().toString());
      while (moved < SECRETS - 1) {
        opened = answered(save(opened), "save");
        // The first answer of a cold broker takes longer than many of the later ones.
        begun.countDown();
        opened = answered(protect(opened), "protect");
      }
      report.check(false, "the broker outlived the edits");
    } catch (IOException e) {
      report.check(broker.isKilled(), "an edit failed on a living broker: " + e);
    } catch (IllegalStateException e) {
      report.check(false, e.getMessage());
    }
    begun.countDown();
  }

  private PlainHttp.Reply save(JsonNode opened) throws IOException {
    String old = "port: " + port++;
    String edited = "port: " + port;
    after = before.replace(old, edited);
    ObjectNode body = body().put("base", opened.get("base").stringValue());
    body.put("text", opened.get("text").stringValue().replace(old, edited));
    return broker.call("PUT", "/v1/openclaw", body.toString());
  }

  private PlainHttp.Reply protect(JsonNode opened) throws IOException {
    int secret = moved++;
    after = replaced(before, secret);
    ObjectNode body = body().put("base", opened.get("base").stringValue());
    body.put("pointer", "/models/providers/p" + secret + "/apiKey");
    body.put("as", "env").put("name", credential(secret));
    return broker.call("POST", "/v1/openclaw/protect", body.toString());
  }

  private JsonNode answered(PlainHttp.Reply reply, String edit) {
    if (!reply.ok()) {
      throw new IllegalStateException(edit + " was answered " + reply.status());
    }
    seen(after);
    report.count("acknowledged: " + edit + " of an openclaw.json");
    return JSON.readTree(reply.body());
  }

  private ObjectNode body() {
    return JSON.createObjectNode().put("path", file.toString());
  }

  private String replaced(String text, int secret) {
    String variable = credential(secret).toUpperCase(Locale.ROOT).replace('-', '_');
    return text.replace("'" + value(secret) + "'", "\"${" + variable + "}\"");
  }

  private String value(int secret) {
    return "sk-killed%sx%03dx0123456789".formatted(name, secret);
  }
}
