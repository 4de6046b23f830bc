package io.keymantle.e2e;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// One thread of load with credentials and grants of its own. It notes what it is about to do
/// before it asks, and what was acknowledged after the whole answer arrived: what lies between the
/// two may have happened or not.
///
/// Belongs to its own thread while the load is under way, and to the checking thread otherwise.
final class CrashWorker {
  private static final int CREDENTIALS = 4;
  private static final int GRANTS_EACH = 6;

  /// A credential as far as it was acknowledged.
  static final class Stored {
    final String name;
    final List<Held> grants = new ArrayList<>();
    long version;
    String value;

    /// Empty, or what the value is about to become.
    String next = "";

    boolean removing;

    Stored(String name, String value) {
      this.name = name;
      this.value = value;
    }

    boolean isAcknowledged() {
      return version > 0;
    }
  }

  /// A grant that was acknowledged.
  static final class Held {
    final String id;
    final String token;
    boolean revoking;

    Held(String id, String token) {
      this.id = id;
      this.token = token;
    }
  }

  private final int number;
  private final KillableBroker broker;
  private final String agentToken;
  private final ValueRecorder upstream;
  private final Random random;
  private final CrashReport report;

  final Map<String, Stored> credentials = new LinkedHashMap<>();
  final List<Held> ended = new ArrayList<>();

  /// Facts that the ledger must hold, of this life of the broker.
  final List<String> facts = new ArrayList<>();

  /// A checkpoint that was acknowledged.
  String checkpoint = "";

  private int made;

  CrashWorker(
      int number,
      KillableBroker broker,
      String agentToken,
      ValueRecorder upstream,
      Random random,
      CrashReport report) {
    this.number = number;
    this.broker = broker;
    this.agentToken = agentToken;
    this.upstream = upstream;
    this.random = random;
    this.report = report;
  }

  /// Starts the load, which goes on until the broker is killed.
  ///
  /// @param first counted down when the first thing is acknowledged
  Thread start(CountDownLatch first) {
    return Thread.ofPlatform().daemon().start(() -> load(first));
  }

  private void load(CountDownLatch first) {
    try {
      step();
      first.countDown();
      while (!broker.isKilled()) {
        step();
      }
    } catch (IOException | RuntimeException e) {
      report.check(broker.isKilled(), "worker " + number + " failed before the kill: " + e);
    }
  }

  private void step() throws IOException {
    int dice = random.nextInt(100);
    List<Stored> kept = List.copyOf(credentials.values());
    if (kept.size() < 2 || (dice < 6 && kept.size() < CREDENTIALS)) {
      add();
      return;
    }
    Stored stored = kept.get(random.nextInt(kept.size()));
    if (stored.grants.isEmpty() || (dice < 30 && stored.grants.size() < GRANTS_EACH)) {
      request(stored);
    } else if (dice < 42) {
      revoke(stored, stored.grants.get(random.nextInt(stored.grants.size())));
    } else if (dice < 54) {
      rotate(stored);
    } else if (dice < 57) {
      remove(stored);
    } else if (dice < 59) {
      checkpoint = broker.must("GET", "/v1/ledger/checkpoint", "").get("note").stringValue();
      report.count("checkpoints acknowledged");
    } else {
      use(stored, stored.grants.get(random.nextInt(stored.grants.size())));
    }
  }

  private String newValue() {
    return "value-%d-%d-%016x".formatted(number, made++, random.nextLong());
  }

  private void add() throws IOException {
    Stored stored = new Stored("crash-" + number + "-" + made, newValue());
    credentials.put(stored.name, stored);
    String body =
        """
        {"name": "%s", "allowedAgents": ["%s"], "expiresAfter": "12h", "sealed": "%s",
         "bindings": [{"destination": "%s"}]}\
        """
            .formatted(
                stored.name,
                CrashSuite.AGENT,
                broker.sealed(stored.name, stored.value),
                upstream.destination());
    broker.must("POST", "/v1/credentials", body);
    stored.version = 1;
    acknowledged("credentials added", "credential add " + stored.name + " 1");
  }

  private void rotate(Stored stored) throws IOException {
    stored.next = newValue();
    String body = "{\"sealed\": \"" + broker.sealed(stored.name, stored.next) + "\"}";
    broker.must("POST", "/v1/credentials/" + stored.name + "/value", body);
    stored.version++;
    stored.value = stored.next;
    stored.next = "";
    acknowledged("values rotated", "credential rotate " + stored.name + " " + stored.version);
  }

  private void remove(Stored stored) throws IOException {
    stored.removing = true;
    broker.must("DELETE", "/v1/credentials/" + stored.name, "");
    credentials.remove(stored.name);
    ended.addAll(stored.grants);
    acknowledged("credentials removed", "credential remove " + stored.name + " " + stored.version);
  }

  private void request(Stored stored) throws IOException {
    String body = "{\"credential\": \"" + stored.name + "\", \"reason\": \"crash suite\"}";
    PlainHttp.Reply reply = broker.callAsAgent(agentToken, "POST", "/v1/requests", body);
    insist(reply, "a request for " + stored.name);
    JsonNode granted = TestHome.parse(reply.body());
    Held held = new Held(granted.get("grant").stringValue(), granted.get("bare").stringValue());
    stored.grants.add(held);
    acknowledged("grants issued", "grant " + held.id);
  }

  private void revoke(Stored stored, Held held) throws IOException {
    held.revoking = true;
    JsonNode answer = broker.must("DELETE", "/v1/grants?grant=" + held.id, "");
    report.check(answer.get("revoked").intValue() == 1, held.id + " was not there to be revoked");
    stored.grants.remove(held);
    ended.add(held);
    acknowledged("grants revoked", "revocation " + held.id);
  }

  /// Uses a grant in a proxied request.
  void use(Stored stored, Held held) throws IOException {
    String path = newPath();
    insist(proxied(path, held), "the use of " + held.id);
    report.check(
        upstream.valueAt(path).equals(Optional.of(stored.value)),
        stored.name + " was used with another value than version " + stored.version);
    acknowledged("proxied requests answered", "redemption " + path);
  }

  /// Tries an ended grant in a proxied request.
  void tryInVain(Held held) throws IOException {
    String path = newPath();
    PlainHttp.Reply reply = proxied(path, held);
    // A grant of a removed credential is not known after a restart.
    boolean refused =
        reply.body().contains("\"grant_revoked\"") || reply.body().contains("\"token_unknown\"");
    report.check(
        reply.status() == 403 && refused, "the ended grant " + held.id + " was answered " + reply);
    report.check(upstream.valueAt(path).isEmpty(), "the ended grant " + held.id + " was used");
    report.count("ended grants refused after a restart");
  }

  private String newPath() {
    return "/worker-" + number + "/" + made++;
  }

  private PlainHttp.Reply proxied(String path, Held held) throws IOException {
    return broker.proxied(agentToken, held.token, URI.create(upstream.destination() + path));
  }

  private static void insist(PlainHttp.Reply reply, String what) {
    if (!reply.ok()) {
      throw new IllegalStateException(what + " was answered " + reply);
    }
  }

  private void acknowledged(String what, String fact) {
    facts.add(fact);
    report.count(what);
  }

  /// The grants that were acknowledged and not known to have ended.
  Stream<Held> grants() {
    return credentials.values().stream().flatMap(each -> each.grants.stream());
  }
}
