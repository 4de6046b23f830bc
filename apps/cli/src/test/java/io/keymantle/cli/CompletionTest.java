package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scripts in the shells themselves are tested by `CompletionE2E`.
final class CompletionTest {
  @TempDir Path folder;

  @Test
  void bashScript_completesVerbsAndOptions() throws Exception {
    assertThat(complete("keymantle", "cred")).isEqualTo("credential");
    assertThat(complete("keymantle", "credential", "ro")).isEqualTo("rotate");
    assertThat(complete("keymantle", "credential", "add", "--dest")).isEqualTo("--destination");
    assertThat(complete("keymantle", "up", "--gate")).isEqualTo("--gateway-port");
  }

  @Test
  void fishScript_namesEveryCommand() {
    String script = type("fish").out();

    assertThat(Commands.NAMES)
        .allSatisfy(
            name -> assertThat(script).contains("-a " + name.substring(name.indexOf(' ') + 1)));
  }

  @Test
  void unknownShell_isWrongUsage() {
    assertThat(type("csh").status()).isEqualTo(2);
  }

  private Typist.Result type(String shell) {
    return new Typist(new HomeDirectory(folder)).type("completion", shell);
  }

  private String complete(String... words) throws Exception {
    Path script = folder.resolve("completion.bash");
    Files.writeString(script, type("bash").out());
    String test =
        "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _keymantle;"
            + " printf '%s\\n' \"${COMPREPLY[@]}\"";
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", test, "bash", script.toString());
    builder.command().addAll(java.util.List.of(words));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }
}
