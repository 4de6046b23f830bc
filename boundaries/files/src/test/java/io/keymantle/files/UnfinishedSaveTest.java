package io.keymantle.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.control.SettingStore;
import io.keymantle.testkit.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a broker that was killed while it saved finds at its next start.
class UnfinishedSaveTest {
  @TempDir Path folder;
  private TestBroker broker;
  private SettingStore settings;
  private Path file;
  private Path temporary;

  @BeforeEach
  void start() throws IOException {
    broker = TestBroker.create(Files.createDirectory(folder.resolve("home")));
    settings = broker.stores().settings();
    file = Files.writeString(folder.resolve("openclaw.json"), "{}");
    temporary = folder.resolve(".openclaw.json.new");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void saveThatWasCutOff_leavesNothingAfterTheNextStart() throws IOException {
    new UnfinishedSave(settings).begin(file);
    Files.writeString(temporary, "{ token: 'kanari'");

    new UnfinishedSave(settings).clear();

    assertThat(names()).containsExactly("home", "openclaw.json");
    assertThat(file).hasContent("{}");
  }

  @Test
  void editor_remembersTheFile_beforeItIsWritten() throws IOException {
    ConfigurationEditor editor =
        new ConfigurationEditor(
            folder.resolve("home"),
            settings,
            broker.ledger(),
            broker.control().catalogue(),
            broker.intakeKey(),
            broker.clock(),
            new SecureRandom());
    editor.save(TestBroker.OWNER, file, editor.open(file).base(), "{ port: 1 }");
    Files.writeString(temporary, "{");

    new UnfinishedSave(settings).clear();

    assertThat(names()).containsExactly("home", "openclaw.json");
    assertThat(file).hasContent("{ port: 1 }");
  }

  @Test
  void lastSave_counts() throws IOException {
    new UnfinishedSave(settings).begin(folder.resolve("other.json"));
    new UnfinishedSave(settings).begin(file);
    Files.writeString(temporary, "{");

    new UnfinishedSave(settings).clear();

    assertThat(temporary).doesNotExist();
  }

  @Test
  void homeThatSavedNothing_deletesNothing() throws IOException {
    Files.writeString(temporary, "{");

    new UnfinishedSave(settings).clear();

    assertThat(temporary).exists();
  }

  @Test
  void fileThatIsGone_isNoObstacleToTheStart() throws IOException {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    new UnfinishedSave(settings).begin(gone.resolve("openclaw.json"));
    Files.delete(gone);

    new UnfinishedSave(settings).clear();

    assertThat(names()).containsExactly("home", "openclaw.json");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }
}
