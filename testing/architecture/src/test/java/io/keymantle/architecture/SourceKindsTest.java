package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A source that nobody can set up is of no use, and none of its own tests would tell.
class SourceKindsTest {
  @Test
  void source_ofEveryRoom_canBeSetUp() {
    List<String> sources =
        Sources.main().stream()
            .filter(file -> Sources.relative(file).startsWith("sources/"))
            // Those of this machine are always there.
            .filter(file -> !Sources.relative(file).startsWith("sources/local/"))
            .filter(file -> Sources.text(file).contains(" implements SecretSource {"))
            .map(file -> file.getFileName().toString().replace(".java", ""))
            .toList();
    String kinds =
        Sources.text(
            Sources.ROOT.resolve(
                Path.of("apps/server/src/main/java/io/keymantle/server/SourceKinds.java")));

    assertThat(sources).contains("VaultSource");
    assertThat(sources).allMatch(each -> kinds.matches("(?s).*\\b" + each + "\\b.*"));
  }
}
