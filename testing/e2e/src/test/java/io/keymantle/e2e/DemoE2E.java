package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand;
import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The two self-attacks, as a user starts them.
@Tag("slow")
class DemoE2E {
  @TempDir Path folder;

  @Test
  void demo_plays_work_and_attacks_and_every_step_holds() throws IOException {
    Result demo = new KeymantleCommand(TestHome.LAUNCHER, Map.of("NO_COLOR", "1")).run("demo");

    assertThat(demo.status()).as(demo.all()).isZero();
    assertThat(demo.output())
        .contains("Every step held", "ledger verify", "keymantle run --agent main")
        .doesNotContain("FAILED")
        .contains(stepsInTheReadme());
  }

  /// What the README shows of a run, but the ledger's own numbers.
  private static List<String> stepsInTheReadme() throws IOException {
    List<String> shown =
        Files.readAllLines(TestHome.LAUNCHER.resolveSibling("README.md")).stream()
            .filter(
                line -> line.matches(" +\\d+  held    .*|     API received .*|Every step held.*"))
            .map(line -> line.replaceFirst(": ledger ok: .*", ": ledger ok"))
            .toList();
    assertThat(shown).hasSizeGreaterThan(8);
    return shown;
  }

  @Test
  void selftest_finds_the_canary_nowhere_and_leaves_nothing_behind() throws IOException {
    try (Upstream upstream = Upstream.start(folder);
        TestHome home = TestHome.up(folder, upstream)) {
      Result selftest = home.run("selftest");

      assertThat(selftest.status()).as(selftest.all()).isZero();
      assertThat(selftest.output()).contains("The canary is nowhere").doesNotContain("FAILED");
      assertThat(home.json("credential", "list", "--json").toString()).doesNotContain("selftest");
    }
  }
}
