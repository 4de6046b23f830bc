package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CommandsTest {
  @TempDir Path folder;

  static Stream<String> names() {
    return Commands.NAMES.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void command_isDescribed_withJsonHelpAndExamples(String name) {
    CommandDescription command = Commands.find(name).orElseThrow().describe();

    assertThat(command.name()).isEqualTo(name);
    assertThat(command.what()).endsWith(".");
    assertThat(command.option("--json")).isPresent();
    assertThat(command.option("--help")).isPresent();
    assertThat(command.examples()).isNotEmpty();
    assertThat(command.examples().getFirst()).contains("keymantle " + name);
    assertThat(command.options())
        .allSatisfy(option -> assertThat(option.what()).as(option.name()).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("names")
  void help_ofEveryCommand_showsOptionsAndExamplesOnStandardOutput(String name) {
    String[] words = (name + " --help").split(" ");

    Typist.Result result = new Typist(new HomeDirectory(folder)).type(words);

    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("Usage: keymantle " + name)
        .contains("--json")
        .contains("Examples:")
        .contains("keymantle " + name);
  }

  @Test
  void overview_listsEveryCommand() {
    Typist.Result result = new Typist(new HomeDirectory(folder)).type("--help");

    assertThat(result.status()).isZero();
    assertThat(Commands.NAMES).allSatisfy(name -> assertThat(result.out()).contains(name));
  }

  @Test
  void noCommand_isWrongUsage() {
    Typist.Result result = new Typist(new HomeDirectory(folder)).type();

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("Usage: keymantle");
  }

  @Test
  void unknownCommand_isWrongUsage_andNotRepeated() {
    Typist typist = new Typist(new HomeDirectory(folder));

    assertThat(typist.type("hunter2").status()).isEqualTo(2);
    assertThat(typist.type("hunter2").all()).doesNotContain("hunter2");
    assertThat(typist.type("credential", "hunter2").status()).isEqualTo(2);
    assertThat(typist.type("credential").status()).isEqualTo(2);
    assertThat(typist.type("credential", "--help").status()).isZero();
  }

  @Test
  void down_whenTheBrokerEndsBeforeItsAnswer_isDone() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    HomeDirectory home = new HomeDirectory(folder);
    try (StandInBroker broker = StandInBroker.at(home)) {
      broker.answer("GET /v1/status", "{\"pid\":" + ended.pid() + "}");
      broker.raw("POST /v1/shutdown", "");

      Typist.Result result = new Typist(home).type("down");

      assertThat(result.status()).as(result.all()).isZero();
      assertThat(result.out()).isEqualTo("stopped\n");
    }
  }

  @Test
  void everyDailyCommand_withoutBroker_isUnreachable_withTheFix() {
    Typist typist = new Typist(new HomeDirectory(folder.resolve("none"))).piping("value\n");
    for (String words :
        new String[] {
          "status",
          "down",
          "login",
          "logout",
          "credential list",
          "credential add a --destination https://a.example",
          "credential set a --uses 1",
          "credential rotate a",
          "credential show a",
          "credential remove a",
          "agent add a",
          "agent list",
          "agent revoke a",
          "request a --agent main",
          "exec --agent main --credential a -- /bin/true",
          "redact",
          "grant list",
          "grant revoke --all",
          "grant validate kmt_",
          "ledger tail",
          "ledger prove --index 0",
          "ledger export",
          "run --isolate never --agent main -- true"
        }) {
      Typist.Result result = typist.type(words.split(" "));
      assertThat(result.status()).as(words).isEqualTo(3);
      assertThat(result.err()).as(words).contains("broker_unreachable").contains("fix: keymantle");
      assertThat(result.err().lines()).as(words).hasSize(1);
    }
  }
}
