package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
  void wrongUsage_withJson_isAnsweredAsJsonToo() {
    Typist.Result result =
        new Typist(new HomeDirectory(folder)).type("credential", "add", "--json");

    assertThat(result.status()).isEqualTo(2);
    JsonObject problem = Json.object(result.out().getBytes(StandardCharsets.UTF_8));
    assertThat(problem.text("code")).isEqualTo("invalid_request");
    assertThat(problem.text("message")).isEqualTo("NAME is missing");
    assertThat(problem.text("fix")).isEqualTo("keymantle credential add --help");
    assertThat(result.err().lines()).hasSize(1);
  }

  @Test
  void failureThatNobodyForesaw_isOneLineWithoutAStackTraceOrItsMessage() {
    Command failing =
        new Command() {
          @Override
          public CommandDescription describe() {
            return Describe.command("status", "Fails.").examples("keymantle status");
          }

          @Override
          public int run(Invocation invocation) {
            throw new IllegalStateException("hunter2");
          }
        };
    StringPrinter out = new StringPrinter();
    StringPrinter err = new StringPrinter();
    Terminal terminal =
        new Terminal(InputStream.nullInputStream(), out, err, Map.of(), Prompt.NONE);

    int status =
        new CommandLineProgram(terminal, new HomeDirectory(folder), _ -> Optional.of(failing))
            .run("status");

    assertThat(status).isEqualTo(1);
    assertThat(err.text().lines()).hasSize(1);
    assertThat(err.text()).contains("internal").contains("fix:").doesNotContain("hunter2");
    assertThat(out.text()).isEmpty();
  }

  @Test
  void answerThatCannotBeWritten_isAFailure() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space");
          }
        };
    StringPrinter err = new StringPrinter();
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(full, false, StandardCharsets.UTF_8),
            err,
            Map.of(),
            Prompt.NONE);

    assertThat(Main.run(terminal, new HomeDirectory(folder), "completion", "bash")).isEqualTo(1);
  }

  /// Keeps what was printed.
  private static final class StringPrinter extends PrintStream {
    private final ByteArrayOutputStream bytes;

    StringPrinter() {
      this(new ByteArrayOutputStream());
    }

    private StringPrinter(ByteArrayOutputStream bytes) {
      super(bytes, true, StandardCharsets.UTF_8);
      this.bytes = bytes;
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
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
          "totp enroll --show",
          "totp confirm --show",
          "totp status",
          "totp recovery-codes --show",
          "totp disable",
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
