package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CredentialCommandsTest {
  /// X25519's base point, and so a valid public key.
  private static final String KEY =
      "{\"algorithm\":\"x\",\"key\":\"CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";

  private static final String VALUE = "ghp_canary0123456789canary";

  @TempDir Path folder;
  private StandInBroker broker;
  private Typist typist;

  @BeforeEach
  void start() throws IOException {
    HomeDirectory home = new HomeDirectory(folder.resolve("home"));
    broker = StandInBroker.at(home);
    broker.answer("GET /v1/intake-key", KEY);
    broker.answer("POST /v1/credentials", "{\"name\":\"github-api\"}");
    broker.answer("PATCH /v1/credentials/github-api", "{\"name\":\"github-api\"}");
    broker.answer("POST /v1/credentials/github-api/value", "{\"name\":\"github-api\"}");
    typist = new Typist(home);
  }

  @AfterEach
  void stop() throws IOException {
    broker.close();
  }

  @Test
  void value_leavesTheProcessSealed() {
    Typist.Result result =
        typist
            .piping(VALUE + "\n")
            .type(
                "credential",
                "add",
                "github-api",
                "--destination",
                "https://api.github.com",
                "--agents",
                "main,ci",
                "--methods",
                "GET",
                "--expires-after",
                "30m",
                "--uses",
                "2");

    assertThat(result.status()).as(result.all()).isZero();
    JsonObject sent =
        Json.object(
            broker
                .call("POST /v1/credentials")
                .body()
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(sent.text("name")).isEqualTo("github-api");
    assertThat(sent.texts("allowedAgents")).containsExactly("main", "ci");
    assertThat(sent.text("expiresAfter")).isEqualTo("30m");
    assertThat(sent.number("uses")).isEqualTo(2);
    assertThat(sent.objects("bindings"))
        .singleElement()
        .satisfies(binding -> {
          assertThat(binding.text("destination")).isEqualTo("https://api.github.com");
          assertThat(binding.texts("methods")).containsExactly("GET");
        });
    assertThat(sent.text("sealed")).isNotEmpty();
    assertThat(broker.calls()).noneMatch(call -> call.toString().contains(VALUE));
    assertThat(result.all()).doesNotContain(VALUE);
  }

  @Test
  void emptyValue_isRefused_andNothingIsAdded() {
    for (String input : new String[] {"", "\n", "\r\n"}) {
      Typist.Result result =
          typist.piping(input).type("credential", "add", "github-api", "--agents", "main");

      assertThat(result.status()).isEqualTo(1);
      assertThat(result.err()).contains("value_unusable").contains("fix: ");
    }
    assertThat(broker.calls())
        .extracting(StandInBroker.Call::line)
        .containsOnly("GET /v1/intake-key");
  }

  @Test
  void valueInArguments_isRefusedAsWrongUsage_withTheReason() {
    Typist.Result result = typist.type("credential", "add", "github-api", VALUE);

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("value_in_arguments").contains("process list");
    assertThat(result.all()).doesNotContain(VALUE);
    assertThat(broker.calls()).isEmpty();
  }

  @Test
  void valueOfAnotherSource_isNotAskedFor() {
    Typist.Result result =
        typist.type("credential", "add", "github-api", "--source", "env:GITHUB_TOKEN");

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(broker.call("POST /v1/credentials").body())
        .contains("\"source\":\"env:GITHUB_TOKEN\"")
        .doesNotContain("sealed");
    assertThat(result.err()).contains("--destination").contains("--agents");
  }

  @Test
  void person_isPromptedWithoutEcho() {
    List<String> asked = new java.util.ArrayList<>();
    Prompt prompt =
        new Prompt() {
          @Override
          public Input input() {
            return Input.PERSON;
          }

          @Override
          public char[] ask(String question) {
            asked.add(question);
            return VALUE.toCharArray();
          }
        };

    Typist.Result result = typist.at(prompt).type("credential", "rotate", "github-api");

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(asked).containsExactly("New value of github-api: ");
    assertThat(broker.call("POST /v1/credentials/github-api/value").body())
        .contains("sealed")
        .doesNotContain(VALUE);
  }

  @Test
  void terminalThatWouldEcho_isRefused() {
    Prompt prompt =
        new Prompt() {
          @Override
          public Input input() {
            return Input.UNSAFE_TERMINAL;
          }

          @Override
          public char[] ask(String question) {
            throw new AssertionError("not to be asked");
          }
        };

    assertThat(typist.at(prompt).type("credential", "rotate", "github-api").status()).isEqualTo(1);
  }

  @Test
  void set_sendsOnlyWhatChanges() {
    assertThat(typist.type("credential", "set", "github-api", "--agents", "ci").status()).isZero();

    assertThat(broker.call("PATCH /v1/credentials/github-api").body())
        .isEqualTo("{\"allowedAgents\":[\"ci\"]}");
    assertThat(typist.type("credential", "set", "github-api").status()).isEqualTo(2);
  }

  @Test
  void bindingOptions_withoutTheirBinding_areWrongUsage() {
    assertThat(typist.type("credential", "set", "github-api", "--surface", "path").status())
        .isEqualTo(2);
    assertThat(typist.type("credential", "set", "github-api", "--argument", "-c").status())
        .isEqualTo(2);
    assertThat(typist.type("credential", "set", "github-api", "--command", "/bin/x").status())
        .isEqualTo(2);
    assertThat(typist.type("credential", "set", "github-api", "--uses", "x").status()).isEqualTo(2);
    assertThat(broker.calls()).isEmpty();
  }

  @Test
  void commandBinding_isSent() {
    Typist.Result result =
        typist
            .piping(VALUE)
            .type(
                "credential",
                "add",
                "github-api",
                "--command",
                "/usr/bin/psql",
                "--argument",
                "-c",
                "--argument",
                "*",
                "--deliver",
                "env:PGPASSWORD",
                "--trusts-workdir");

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(broker.call("POST /v1/credentials").body())
        .contains(
            "\"bindings\":[{\"command\":\"/usr/bin/psql\",\"arguments\":[\"-c\",\"*\"],"
                + "\"deliver\":\"env:PGPASSWORD\",\"trustsWorkdir\":true}]");
  }

  @Test
  void refusal_withJson_isAProblemOnOutput_andOneLineOnError() {
    broker.refuse(
        "GET /v1/credentials/github-api",
        404,
        "{\"code\":\"not_found\",\"credential\":\"github-api\",\"message\":\"none\",\"fix\":\"add\"}");

    Typist.Result result = typist.type("credential", "show", "github-api", "--json");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out())
        .isEqualTo(
            "{\"code\":\"not_found\",\"credential\":\"github-api\",\"message\":\"none\",\"fix\":\"add\"}\n");
    assertThat(result.err()).isEqualTo("keymantle: not_found github-api: none; fix: add\n");
  }

  @Test
  void adminCommand_withAnAgentToken_isRefusedBeforeAnythingIsSent() {
    Typist agent = typist.with("KEYMANTLE_AGENT_TOKEN", "kma_" + "a".repeat(40)).piping(VALUE);
    for (String words :
        new String[] {
          "status",
          "down",
          "login",
          "logout",
          "credential add a --source env:X",
          "credential set a --uses 1",
          "credential rotate a",
          "credential show a",
          "credential remove a",
          "agent add a",
          "agent list",
          "agent revoke a",
          "grant list",
          "grant revoke --all",
          "ledger tail",
          "ledger export",
          "request a --agent main"
        }) {
      Typist.Result result = agent.type(words.split(" "));
      assertThat(result.status()).as(words).isEqualTo(1);
      assertThat(result.err()).as(words).contains("forbidden");
    }
    assertThat(broker.calls()).isEmpty();
  }
}
