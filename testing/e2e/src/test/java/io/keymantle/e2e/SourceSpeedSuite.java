package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a value outside the home costs, beside one in the store, all in one run: run by
/// `testing/bench/sources`, which prints the table.
class SourceSpeedSuite {
  private static final int ROUNDS = 15;
  private static final int CACHED = 200;

  @TempDir Path folder;
  private Upstream upstream;
  private UnrulyVault vault;
  private TestHome home;
  private GatewayAgent agent;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.start(folder);
    vault = UnrulyVault.start("hvs_speed0123456789abcdefghijklmnop");
    home = TestHome.up(folder, upstream);
    agent = GatewayAgent.add(home, "main");
    home.mustWithInput("hvs.login", "credential", "add", "vault-token");
    home.must(
        "source",
        "set",
        "vault",
        "--login",
        "token=vault-token",
        "--setting",
        "address=" + vault.address());
    for (String name : List.of("stored", "remote")) {
      List<String> add =
          new ArrayList<>(
              List.of(
                  "credential",
                  "add",
                  name,
                  "--agents",
                  "main",
                  "--destination",
                  "https://" + Upstream.HOST));
      if (name.equals("remote")) {
        add.addAll(List.of("--source", "vault:secret/app#token"));
        home.must(add.toArray(String[]::new));
      } else {
        home.mustWithInput("ghp_speed0123456789abcdefghij", add.toArray(String[]::new));
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    home.close();
    vault.close();
    upstream.close();
  }

  @Test
  void firstAndLaterUses() throws Exception {
    List<Double> provider = new ArrayList<>();
    List<Double> coldRemote = new ArrayList<>();
    List<Double> coldStored = new ArrayList<>();
    List<Double> cachedRemote = new ArrayList<>();
    List<Double> cachedStored = new ArrayList<>();
    HttpClient direct = HttpClient.newHttpClient();
    HttpRequest read =
        HttpRequest.newBuilder(URI.create(vault.address() + "/v1/secret/data/app")).build();
    int before = 0;
    for (int round = 0; round < ROUNDS; round++) {
      before = vault.reads();
      measure("remote", coldRemote, cachedRemote);
      assertThat(vault.reads() - before).as("reads of the source for a grant's uses").isEqualTo(1);
      measure("stored", coldStored, cachedStored);
      for (int i = 0; i < 5; i++) {
        long begun = System.nanoTime();
        direct.send(read, HttpResponse.BodyHandlers.discarding());
        provider.add((System.nanoTime() - begun) / 1e6);
      }
    }
    System.out.printf(
        "%n| request through the gateway, ms (median of %d grants) | value in the store | value in"
            + " a source on loopback | ratio |%n|---|---|---|---|%n",
        ROUNDS);
    row("first of a grant (the source is read once)", coldStored, coldRemote);
    row(
        "later ones of the grant (%d, no read of the source)".formatted(CACHED),
        cachedStored,
        cachedRemote);
    System.out.printf("%nThe provider itself, called directly: %.2f ms.%n%n", median(provider));
  }

  /// One grant: its first use, and later ones, each on the same connection.
  private void measure(String credential, List<Double> first, List<Double> later)
      throws IOException {
    try (GatewayAgent.Line line = agent.open()) {
      // The connection's own first request is no part of this; it comes before the grant, whose
      // value would be read for masking its reply.
      line.ask(Upstream.QUIET, "");
      String token = agent.token(credential);
      first.add(line.millis(token));
      for (int i = 0; i < CACHED; i++) {
        later.add(line.millis(token));
      }
    }
  }

  private static void row(String what, List<Double> stored, List<Double> remote) {
    double there = median(stored);
    double outside = median(remote);
    System.out.printf("| %s | %.2f | %.2f | %.2f |%n", what, there, outside, outside / there);
  }

  private static double median(List<Double> all) {
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
