package io.keymantle.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.control.Actor;
import io.keymantle.domain.ConfigurationChange;
import io.keymantle.domain.ConfigurationFinding;
import io.keymantle.domain.ConfigurationProtection;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.OpenedConfiguration;
import io.keymantle.domain.RefusedException;
import io.keymantle.testkit.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files opened, saved and protected on a real disk, over a broker in memory.
class ConfigurationEditorIT {
  private static final String VALUE = "sk-kanari0123456789abcdef";
  private static final String TEXT =
      "// mine\n{ models: { providers: { openai: { baseUrl: 'https://api.openai.com/v1', apiKey: '"
          + VALUE
          + "' } } },\n  mcp: { servers: { gh: { env: { GH: 'kanari-gh-0123' } } } }, port: 1 }\n";

  private static final Actor.Person OWNER = TestBroker.OWNER;

  @TempDir Path folder;
  private TestBroker broker;
  private ConfigurationEditor editor;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    broker = TestBroker.create(home);
    editor = editor();
    file = Files.writeString(folder.resolve("openclaw.json"), TEXT);
  }

  private ConfigurationEditor editor() {
    return new ConfigurationEditor(
        folder.resolve("home"),
        broker.stores().settings(),
        broker.ledger(),
        broker.control().catalogue(),
        broker.intakeKey(),
        broker.clock(),
        new SecureRandom());
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void save_writesTheRestoredText_forItsOwnerOnly_andRemembersPathsOnly() throws IOException {
    OpenedConfiguration opened = editor.open(file);
    String edited = opened.text().replace("port: 1", "port: 2, host: 'x'");

    ConfigurationChange result = editor.save(OWNER, file, opened.base(), edited);

    assertThat(Files.readString(file)).isEqualTo(TEXT.replace("port: 1", "port: 2, host: 'x'"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    OpenedConfiguration saved = ((ConfigurationChange.Saved) result).file();
    assertThat(saved.text()).isEqualTo(edited);
    assertThat(saved.base()).isNotEqualTo(opened.base());
    assertThat(saved.history())
        .singleElement()
        .satisfies(version -> {
          assertThat(version.changed()).containsExactly("port changed", "host added");
          assertThat(version.base()).isEqualTo(saved.base());
          assertThat(version.person()).isEqualTo(OWNER.toString());
        });
    assertThat(configurationEvents(Phase.OUTCOME))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.result()).isEqualTo("ok");
          assertThat(event.detail()).containsEntry("paths", "port changed, host added");
        });
    assertThat(filesBeside()).containsExactly("home", "openclaw.json");
    assertNothingLeaked(saved.toString());
  }

  @Test
  void changedValue_isRememberedAsChanged() {
    OpenedConfiguration opened = editor.open(file);
    String edited = opened.text().replaceFirst("'" + Sentinel.TEXT + "'", "'kanari-new-0123'");

    ConfigurationChange result = editor.save(OWNER, file, opened.base(), edited);

    OpenedConfiguration saved = ((ConfigurationChange.Saved) result).file();
    assertThat(saved.history().getFirst().changed())
        .containsExactly("models.providers.openai.apiKey changed");
    assertNothingLeaked(saved.toString());
  }

  @Test
  void staleBase_isAConflictWithThreeTexts_andNothingIsWritten() throws IOException {
    OpenedConfiguration opened = editor.open(file);
    String mine = opened.text().replace("port: 1", "port: 2");
    String theirs = TEXT.replace("port: 1", "port: 3");
    Files.writeString(file, theirs);

    ConfigurationChange result = editor.save(OWNER, file, opened.base(), mine);

    ConfigurationChange.Conflict conflict = (ConfigurationChange.Conflict) result;
    assertThat(conflict.original()).contains(opened.text());
    assertThat(conflict.mine()).isEqualTo(mine);
    assertThat(conflict.current().text()).contains("port: 3").doesNotContain("kanari");
    assertThat(conflict.current().base()).isNotEqualTo(opened.base());
    assertThat(Files.readString(file)).isEqualTo(theirs);
    assertThat(configurationEvents(Phase.INTENT)).isEmpty();
  }

  @Test
  void base_outlivesTheBroker() {
    String base = editor.open(file).base();

    assertThat(editor().open(file).base()).isEqualTo(base);
  }

  @Test
  void refusedText_leavesTheFileAsItWas() throws IOException {
    OpenedConfiguration opened = editor.open(file);

    for (String edited :
        List.of(
            opened.text().replace("apiKey", "apiKey2"),
            "{",
            "",
            opened.text() + "x",
            "{ a: 1, a: 2 }")) {
      assertThatThrownBy(() -> editor.save(OWNER, file, opened.base(), edited))
          .isInstanceOf(RefusedException.class);
    }

    assertThat(Files.readString(file)).isEqualTo(TEXT);
    assertThat(filesBeside()).containsExactly("home", "openclaw.json");
  }

  @Test
  void ledgerThatCannotBeWritten_leavesTheFileAsItWas() throws IOException {
    OpenedConfiguration opened = editor.open(file);
    broker.ledger().failingFor(event -> event.kind() == Kind.CONFIGURATION);

    assertThatThrownBy(() ->
            editor.save(OWNER, file, opened.base(), opened.text().replace("port: 1", "port: 2")))
        .isInstanceOf(RefusedException.class);

    assertThat(Files.readString(file)).isEqualTo(TEXT);
  }

  @Test
  void folderThatCannotBeWritten_leavesTheFile_andNoCredential() throws IOException {
    OpenedConfiguration opened = editor.open(file);
    // A folder of the temporary file's name is in its way, for root as well.
    Files.createDirectories(folder.resolve(".openclaw.json.new/x"));

    assertThatThrownBy(
            () -> editor.protect(OWNER, file, opened.base(), protect(Protection.ENV, "")))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));

    assertThat(Files.readString(file)).isEqualTo(TEXT);
    assertThat(broker.control().catalogue().list()).isEmpty();
    assertThat(configurationEvents(Phase.OUTCOME))
        .extracting(LedgerEvent::result)
        .containsExactly("failed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ENV | apiKey: \"${OPENAI_API_KEY}\" | OPENAI_API_KEY",
        "REF | apiKey: { source: \"env\", provider: \"default\", id: \"OPENAI_API_KEY\" } |"
            + " OPENAI_API_KEY",
        "TOKEN | apiKey: \"<credential:openai-api-key>\" | ",
      })
  void protect_movesTheValueToTheStore(Protection as, String written, String variable)
      throws IOException {
    OpenedConfiguration opened = editor.open(file);

    ConfigurationChange result = editor.protect(OWNER, file, opened.base(), protect(as, ""));

    ConfigurationChange.Saved saved = (ConfigurationChange.Saved) result;
    ConfigurationChange.Created created = saved.created().orElseThrow();
    assertThat(Files.readString(file)).isEqualTo(TEXT.replace("apiKey: '" + VALUE + "'", written));
    assertThat(created.credential()).hasToString("openai-api-key");
    assertThat(created.variable().orElse("")).isEqualTo(variable == null ? "" : variable);
    assertThat(created.next().toString()).contains("--destination https://api.openai.com ");
    assertThat(
            broker.control().catalogue().show(new CredentialName("openai-api-key")).valueVersion())
        .isEqualTo(1);
    assertThat(saved.file().findings())
        .extracting(ConfigurationFinding::path)
        .containsExactly("mcp.servers.gh.env.GH");
    assertNothingLeaked(result.toString());
  }

  @Test
  void protect_whereOpenClawTakesNoReference_isRefusedWithTheReason() throws IOException {
    OpenedConfiguration opened = editor.open(file);
    String pointer = "/mcp/servers/gh/env/GH";

    for (Protection as : List.of(Protection.REF, Protection.TOKEN)) {
      assertThatThrownBy(() ->
              editor.protect(
                  OWNER,
                  file,
                  opened.base(),
                  new ConfigurationProtection(pointer, as.toString(), "", false)))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                assertThat(e.problem().message()).startsWith("mcp.servers.gh.env.GH: ");
                assertThat(e.problem().fix()).isEqualTo("protect it as env");
              });
    }

    assertThat(Files.readString(file)).isEqualTo(TEXT);
    assertThat(broker.control().catalogue().list()).isEmpty();
  }

  @Test
  void protect_withANameThatIsTaken_isRefused_unlessItRotates() {
    OpenedConfiguration opened = editor.open(file);
    CredentialName taken = new CredentialName("taken");
    ConfigurationChange first =
        editor.protect(OWNER, file, opened.base(), protect(Protection.ENV, "taken"));
    String base = ((ConfigurationChange.Saved) first).file().base();
    String pointer = "/mcp/servers/gh/env/GH";

    assertThatThrownBy(() ->
            editor.protect(
                OWNER, file, base, new ConfigurationProtection(pointer, "env", "taken", false)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    editor.protect(OWNER, file, base, new ConfigurationProtection(pointer, "env", "taken", true));

    assertThat(broker.control().catalogue().show(taken).valueVersion()).isEqualTo(2);
  }

  @Test
  void protect_atAPointerWithoutAFinding_isNotFound() {
    String base = editor.open(file).base();

    for (String pointer : List.of("/port", "/nothing", "", "x", "/models")) {
      assertThatThrownBy(() ->
              editor.protect(
                  OWNER, file, base, new ConfigurationProtection(pointer, "env", "", false)))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
  }

  @Test
  void protectedPartOfAValue_leavesTheRestOfIt() throws IOException {
    Files.writeString(
        file,
        "{ h: { Authorization: 'Bearer kanari-0123456789', x: '$$ghp_abcdefghijklmnopqrstuvwxyz01'"
            + " } }");
    OpenedConfiguration opened = editor.open(file);

    ConfigurationChange first =
        editor.protect(
            OWNER,
            file,
            opened.base(),
            new ConfigurationProtection("/h/Authorization", "env", "", false));
    String base = ((ConfigurationChange.Saved) first).file().base();
    editor.protect(OWNER, file, base, new ConfigurationProtection("/h/x", "env", "x", false));

    // A reference behind a dollar would be OpenClaw's escape, so there the whole value moves.
    assertThat(Files.readString(file))
        .isEqualTo("{ h: { Authorization: \"Bearer ${H_AUTHORIZATION}\", x: \"${X}\" } }");
  }

  @Test
  void linksForeignPlacesAndOtherThings_areRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);
    Path second = folder.resolve("second.json");
    Path inHome = Files.writeString(folder.resolve("home/openclaw.json"), "{}");
    Path open = Files.createDirectory(folder.resolve("open"));
    Path inOpen = Files.writeString(open.resolve("openclaw.json"), "{}");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

    Map<Path, ErrorCode> refused =
        Map.of(
            link,
            ErrorCode.FORBIDDEN,
            inHome,
            ErrorCode.FORBIDDEN,
            inOpen,
            ErrorCode.FORBIDDEN,
            folder.resolve("none.json"),
            ErrorCode.NOT_FOUND,
            Path.of("openclaw.json"),
            ErrorCode.INVALID_REQUEST,
            folder.resolve("x/../openclaw.json"),
            ErrorCode.INVALID_REQUEST,
            folder.resolve("openclaw.txt"),
            ErrorCode.INVALID_REQUEST,
            Files.createDirectory(folder.resolve("folder.json")),
            ErrorCode.INVALID_REQUEST);

    refused.forEach((path, code) ->
        assertThatThrownBy(() -> editor.open(path))
            .isInstanceOfSatisfying(
                RefusedException.class,
                e -> assertThat(e.problem().code()).as(path.toString()).isEqualTo(code)));
    Files.createLink(second, file);
    assertThatThrownBy(() -> editor.open(file)).hasMessageContaining("hard link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0000\u0001", "{ token: ", "PK\u0003\u0004", "{ a: 'kanari"})
  void fileThatIsNoJson5_isRefusedWithoutItsText(String garbage) throws IOException {
    Files.writeString(file, garbage);

    assertThatThrownBy(() -> editor.open(file))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e ->
                assertThat(e.problem().line())
                    .startsWith("invalid_configuration: line 1")
                    .doesNotContain("kanari"));
  }

  @Test
  void fileThatIsNoUtf8_orTooLong_isRefused() throws IOException {
    Files.write(file, new byte[] {'{', (byte) 0xc3, '}'});
    assertThatThrownBy(() -> editor.open(file)).hasMessageContaining("not UTF-8");
    Files.write(file, new byte[(4 << 20) + 1]);
    assertThatThrownBy(() -> editor.open(file)).hasMessageContaining("longer than");
  }

  private static ConfigurationProtection protect(Protection as, String name) {
    return new ConfigurationProtection(
        "/models/providers/openai/apiKey", as.toString(), name, false);
  }

  private List<LedgerEvent> configurationEvents(Phase phase) {
    return broker.ledger().events(Kind.CONFIGURATION, phase);
  }

  private List<String> filesBeside() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  /// No value in what was answered, in the ledger, or in the settings.
  private void assertNothingLeaked(String answer) {
    assertThat(answer).doesNotContain("kanari");
    assertThat(broker.ledger().events().toString()).doesNotContain("kanari");
    assertThat(broker.stores().settings().setting("openclaw.history " + file).orElseThrow())
        .doesNotContain("kanari");
  }
}
