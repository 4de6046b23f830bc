package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportCommandsTest {
  /// X25519's base point, and so a valid public key.
  private static final String KEY =
      "{\"algorithm\":\"x\",\"key\":\"CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";

  @TempDir Path folder;
  private StandInBroker broker;
  private Typist typist;

  @BeforeEach
  void start() throws IOException {
    HomeDirectory home = new HomeDirectory(folder.resolve("home"));
    broker = StandInBroker.at(home);
    broker.answer("GET /v1/intake-key", KEY);
    typist = new Typist(home);
  }

  @AfterEach
  void stop() throws IOException {
    broker.close();
  }

  @Test
  void import_sendsTheFile_andPrintsWhatMendsIt() throws IOException {
    broker.answer(
        "POST /v1/imports",
        "{\"imported\":[{\"name\":\"github-api\",\"mend\":[\"keymantle credential set"
            + " github-api\"]}]}");
    Path file = folder.resolve("openclaw.json");
    Files.writeString(file, "{credentials: {'github-api': {}}, // own\n}");

    Typist.Result result = typist.type("credential", "import", file.toString());

    assertThat(result.out()).contains("imported github-api").contains("keymantle credential set");
    assertThat(broker.call("POST /v1/imports").body()).isEqualTo(Files.readString(file));
    assertThat(typist.type("credential", "import", file + ".none").status()).isEqualTo(1);
  }

  @Test
  void importOfADotenvFile_sendsSealedValues_ofWhatIsWanted() throws IOException {
    broker.answer("POST /v1/imports/values", "{\"dryRun\":false,\"imported\":[],\"skipped\":[]}");
    Path file = folder.resolve("secrets.env");
    Files.writeString(file, "OPENAI_API_KEY=canary-value\nPORT=1\nOPENAI_ORG=\n");

    Typist.Result result =
        typist.type(
            "credential", "import", "--from", "dotenv", file.toString(), "--only", "openai-*");

    String sent = broker.call("POST /v1/imports/values").body();
    assertThat(sent).contains("\"openai-api-key\"").contains("OPENAI_API_KEY");
    assertThat(sent).doesNotContain("canary").doesNotContain("port");
    assertThat(result.err()).contains("skipped OPENAI_ORG: it is empty");
  }

  @Test
  void rehearsal_ofADotenvFile_sendsNamesAlone() throws IOException {
    broker.answer(
        "POST /v1/imports/values",
        "{\"dryRun\":true,\"imported\":[{\"name\":\"a-key\",\"from\":\"A_KEY\",\"mend\":[]}],"
            + "\"skipped\":[]}");
    Path file = folder.resolve("secrets.env");
    Files.writeString(file, "A_KEY=canary-value\n");

    Typist.Result result =
        typist.type("credential", "import", "--from", "dotenv", file.toString(), "--dry-run");

    assertThat(result.out()).contains("would import a-key from A_KEY");
    assertThat(broker.call("POST /v1/imports/values").body())
        .contains("\"names\":[\"a-key\"]")
        .contains("\"dryRun\":true")
        .doesNotContain("sealed")
        .doesNotContain("values");
  }

  @Test
  void importOfASource_asksForItsItems_andSplitsThoseThatHaveFields() throws IOException {
    broker.answer(
        "GET /v1/sources", "{\"sources\":[{\"name\":\"vault-prod\",\"kind\":\"vault\"}]}");
    broker.answer(
        "GET /v1/sources/vault-prod/items?under=secret%2Fteam%2F",
        "{\"items\":[\"vault-prod:secret/team/a\"]}");
    broker.answer("POST /v1/imports/items", "{\"dryRun\":false,\"imported\":[],\"skipped\":[]}");

    typist.type("credential", "import", "--from", "vault", "secret/team/", "--link");

    assertThat(broker.call("POST /v1/imports/items").body())
        .contains("\"items\":[\"vault-prod:secret/team/a\"]")
        .contains("\"folder\":\"secret/team/\"")
        .contains("\"split\":true")
        .contains("\"link\":true");
  }

  @Test
  void importWithoutFrom_takesNoOptionThatTheFileItselfSays() {
    assertThat(typist.type("credential", "import", "x.json", "--dry-run").err()).contains("--from");
    assertThat(typist.type("credential", "import", "x.json", "--agents", "main").err())
        .contains("--from openclaw");
  }

  @Test
  void nameThatSteersATerminal_isShownWithoutIt() {
    String name = "fake:\\u001b]52;c;eA==\\u0007\\u202eevil";
    broker.answer("GET /v1/sources", "{\"sources\":[{\"name\":\"fake\",\"kind\":\"fake\"}]}");
    broker.answer("GET /v1/sources/fake/items?under=", "{\"items\":[\"" + name + "\"]}");
    broker.answer(
        "POST /v1/imports/items",
        "{\"dryRun\":true,\"imported\":[{\"name\":\"evil\",\"from\":\""
            + name
            + "\",\"mend\":[]}],\"skipped\":[{\"from\":\""
            + name
            + "\",\"why\":\"x\"}]}");

    for (Typist.Result shown :
        new Typist.Result[] {
          typist.type("source", "browse", "fake"),
          typist.type("credential", "import", "--from", "fake", "--dry-run")
        }) {
      assertThat(shown.all()).contains("evil").doesNotContain("\u001b", "\u0007", "\u202e");
    }
  }
}
