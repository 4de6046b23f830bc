package io.keymantle.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandProfileIT {
  @TempDir Path folder;

  private CommandProfile profile(
      Optional<GatewayRoute> route, Optional<Path> workdir, PrivateDelivery delivery, String script)
      throws Exception {
    return new CommandProfile(
        List.of("/bin/sh", "-c", script),
        Map.of("PATH", "/usr/bin:/bin", "http_proxy", GatewayRoute.PROXY_URL, "no_proxy", ""),
        Files.createDirectories(folder.resolve("keymantle")),
        workdir,
        route,
        Map.of(),
        delivery);
  }

  private static String run(CommandProfile profile, String handedOver) throws Exception {
    try (Confined process = AgentRun.sandbox().start(profile)) {
      if (!(profile.delivery() instanceof PrivateDelivery.None)) {
        byte[] bytes = handedOver.getBytes(StandardCharsets.UTF_8);
        process.handOver(bytes, 0, bytes.length);
      }
      process.stdin().close();
      String said = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      return said;
    }
  }

  @Test
  void privateBytes_reachTheCommandAsItsProfileSays() throws Exception {
    Optional<GatewayRoute> none = Optional.empty();
    assertThat(run(profile(none, Optional.empty(), new PrivateDelivery.None(), "cat"), ""))
        .isEmpty();
    assertThat(
            run(
                profile(
                    none, Optional.empty(), new PrivateDelivery.Variable("V"), "echo \"$V\"; cat"),
                "a=b\nc"))
        .isEqualTo("a=b\nc\n");
    assertThat(
            run(
                profile(none, Optional.empty(), new PrivateDelivery.File("F"), "cat $F; cat"),
                "in a file"))
        .isEqualTo("in a file");
    assertThat(
            run(profile(none, Optional.empty(), new PrivateDelivery.StandardInput(), "cat"), "in"))
        .isEqualTo("in");
  }

  @Test
  void route_isTheOnlyNetwork() throws Exception {
    try (FakeGateway gateway = new FakeGateway(Files.createDirectory(folder.resolve("gateway")))) {
      String said =
          run(
              profile(
                  Optional.of(new GatewayRoute(folder.resolve("gateway"), "kma_x")),
                  Optional.empty(),
                  new PrivateDelivery.None(),
                  "curl -sS -m 20 http://example.com/x; curl -sS -m 20 --noproxy '*'"
                      + " http://192.0.2.1/ || true"),
              "");
      assertThat(said).isEqualTo("GET /x\n");
      assertThat(gateway.preambles()).containsExactly("KEYMANTLE/1 kma_x");
      assertThat(gateway.requests()).containsExactly("GET http://example.com/x");
    }
  }

  @Test
  void workdir_thatHoldsTheKeymantleHome_isRefused() throws Exception {
    CommandProfile profile =
        profile(Optional.empty(), Optional.of(folder), new PrivateDelivery.None(), "ls");
    assertThatThrownBy(() -> AgentRun.sandbox().start(profile))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("home_unsafe");
  }
}
