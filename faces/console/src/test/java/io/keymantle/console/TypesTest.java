package io.keymantle.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The console's modules fit together, by TypeScript's checker and the types in their comments.
final class TypesTest {
  private static final Path CHECKER = Path.of("target/typescript/lib/_tsc.js");

  @TempDir Path folder;

  @Test
  void everyModule_isWellTyped() throws Exception {
    assertThat(findings(Path.of("tsconfig.json"))).isEmpty();
  }

  @Test
  void theChecker_findsWhatItLooksFor() throws Exception {
    Files.writeString(
        folder.resolve("tsconfig.json"),
        "{\"compilerOptions\":{\"allowJs\":true,\"checkJs\":true,\"noEmit\":true,\"types\":[]}}");
    Files.writeString(folder.resolve("wrong.js"), "/** @type {number} */ export const n = 'one';");

    assertThat(findings(folder.resolve("tsconfig.json"))).contains("TS2322");
  }

  private static String findings(Path project) throws IOException, InterruptedException {
    Process node =
        new ProcessBuilder(
                "node", CHECKER.toString(), "--pretty", "false", "-p", project.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    node.waitFor();
    return said;
  }
}
