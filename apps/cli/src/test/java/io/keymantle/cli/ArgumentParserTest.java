package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ArgumentParserTest {
  private static final CommandDescription COMMAND =
      Describe.command("credential add", "Adds.")
          .argument(0, "NAME", "Its name.")
          .flag("--trusts-workdir", "Trusts.")
          .option("--uses", "N", "Uses.")
          .options("--destination", "URL", "Where.")
          .commaOptions("--agents", "A,B", "Who.")
          .examples("keymantle credential add a");

  private static final CommandDescription RUN =
      Describe.command("run", "Runs.")
          .option("--agent", "NAME", "Who.")
          .rest(0, "COMMAND", "What.")
          .examples("keymantle run -- true");

  @Test
  void options_inEitherForm_areRead() {
    TypedArguments typed =
        ArgumentParser.parse(
            COMMAND, "--uses=3", "a", "--destination", "https://a", "--destination=https://b");

    assertThat(typed.text("--uses")).isEqualTo("3");
    assertThat(typed.texts("--destination")).containsExactly("https://a", "https://b");
    assertThat(typed.arguments()).containsExactly("a");
  }

  @Test
  void commaOption_repeated_joins() {
    assertThat(
            ArgumentParser.parse(COMMAND, "a", "--agents", "x, y,", "--agents=z").texts("--agents"))
        .containsExactly("x", "y", "z");
  }

  @Test
  void valueThatLooksLikeAnOption_isTaken_unlessTheCommandHasIt() {
    assertThat(ArgumentParser.parse(COMMAND, "a", "--destination", "-c").texts("--destination"))
        .containsExactly("-c");
    assertThatThrownBy(() -> ArgumentParser.parse(COMMAND, "a", "--uses", "--json"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--uses needs a value");
  }

  @Test
  void emptyText_asOfAVariableThatIsNotSet_isWrongUsage() {
    for (String[] words : new String[][] {{"a", "--uses", ""}, {"a", "--uses="}}) {
      assertThatThrownBy(() -> ArgumentParser.parse(COMMAND, words))
          .isInstanceOf(UsageException.class)
          .hasMessage("--uses is empty and needs a value: N");
    }
    assertThat(ArgumentParser.parse(COMMAND, "a", "--agents", "").flag("--agents")).isTrue();
  }

  @Test
  void rest_keepsOptionsOfTheCommandThatIsRun() {
    TypedArguments typed =
        ArgumentParser.parse(RUN, "--agent", "main", "--", "curl", "--json", "-h", "--");

    assertThat(typed.arguments()).isEqualTo(List.of("curl", "--json", "-h", "--"));
    assertThat(typed.flag("--json")).isFalse();
    assertThat(ArgumentParser.parse(RUN, "curl", "--agent", "x").arguments())
        .containsExactly("curl", "--agent", "x");
  }

  @Test
  void missingAndSurplusArguments_areWrongUsage() {
    assertThatThrownBy(() -> ArgumentParser.parse(COMMAND))
        .isInstanceOf(UsageException.class)
        .hasMessage("NAME is missing");
    assertThatThrownBy(() -> ArgumentParser.parse(RUN, "--agent", "a", "--agent", "b", "--", "c"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--agent stands twice");
    assertThatThrownBy(() -> ArgumentParser.parse(COMMAND, "a", "--trusts-workdir=yes"))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void help_needsNoArguments() {
    assertThat(ArgumentParser.parse(COMMAND, "-h").flag("--help")).isTrue();
  }

  @Test
  void valueInArguments_isRefused_andNotRepeated() {
    for (String[] words :
        new String[][] {
          {"a", "hunter2"},
          {"a", "--value", "hunter2"},
          {"a", "--value=hunter2"},
          {"a", "--token=hunter2", "--uses", "1"}
        }) {
      assertThatThrownBy(() -> ArgumentParser.parse(COMMAND, words))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                assertThat(e.problem().code()).isEqualTo(ErrorCode.VALUE_IN_ARGUMENTS);
                assertThat(e.problem().line()).doesNotContain("hunter2");
              });
    }
  }

  @Test
  void unknownOption_thatMayHoldAValue_isNotRepeated() {
    assertThatThrownBy(() -> ArgumentParser.parse(COMMAND, "a", "--ghp_Secret123"))
        .isInstanceOf(UsageException.class)
        .hasMessage("there is no such option");
    assertThatThrownBy(() -> ArgumentParser.parse(COMMAND, "a", "--surfacee=x"))
        .isInstanceOf(UsageException.class)
        .hasMessage("there is no option --surfacee");
  }
}
