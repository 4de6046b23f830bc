package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeopleChecksTest {
  @TempDir Path folder;

  private List<Finding> examine(JsonObject status) {
    return PeopleChecks.examine(new HomeDirectory(folder), status);
  }

  private void git(String... words) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(List.of(words));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  @Test
  void environmentFile_isAWarning_onlyWhereGitWouldCommitIt() throws Exception {
    assertThat(examine(JsonObject.EMPTY)).isEmpty();
    Files.writeString(folder.resolve(".env"), "A=b\n");
    assertThat(examine(JsonObject.EMPTY))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.OK);

    git("init", "-q");
    assertThat(examine(JsonObject.EMPTY))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.WARNING);
    String fix = examine(JsonObject.EMPTY).getFirst().fix();
    assertThat(new ProcessBuilder("sh", "-c", fix).start().waitFor()).isZero();

    assertThat(examine(JsonObject.EMPTY))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.OK);
  }

  @Test
  void brokersWarning_isAFindingWithItsFix() {
    JsonObject status = new JsonObject(Map.of("warnings", List.of("it leaks; fix: mend it")));

    assertThat(examine(status)).containsExactly(Finding.warning("people", "it leaks", "mend it"));
  }
}
