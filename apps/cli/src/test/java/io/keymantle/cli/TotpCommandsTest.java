package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TotpCommandsTest {
  private static final String SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  private static final String SETUP =
      "{\"enrolment\":\"1\",\"uri\":\"otpauth://totp/Keymantle:owner?secret="
          + SEED
          + "\",\"secret\":\""
          + SEED
          + "\",\"qr\":[\"101\",\"010\",\"111\"]}";

  @TempDir Path folder;
  private StandInBroker broker;
  private HomeDirectory home;

  @BeforeEach
  void start() throws Exception {
    home = new HomeDirectory(folder);
    broker = StandInBroker.at(home);
    broker
        .answer("GET /v1/me/totp", "{\"active\":false}")
        .answer("POST /v1/me/totp", SETUP)
        .answer("POST /v1/me/totp/confirm", "{\"recoveryCodes\":[\"AAAA-BBBB\",\"CCCC-DDDD\"]}")
        .answer("DELETE /v1/me/totp", "{\"removed\":true}")
        .answer("POST /v1/me/recovery-codes", "{\"recoveryCodes\":[\"EEEE-FFFF\"]}");
  }

  @AfterEach
  void stop() throws Exception {
    broker.close();
  }

  /// A person who types these answers, one after the other.
  private Typist person(String... answers) {
    Queue<String> typed = new ArrayDeque<>(List.of(answers));
    return new Typist(home)
        .with("LANG", "C.UTF-8")
        .at(
            new Prompt() {
              @Override
              public Input input() {
                return Input.PERSON;
              }

              @Override
              public char[] ask(String question) {
                return typed.remove().toCharArray();
              }
            });
  }

  @Test
  void enroll_onATerminal_drawsTheCode_confirms_andShowsRecoveryCodes() {
    Typist.Result result = person("123456").type("totp", "enroll");

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(result.out())
        .contains("▀▄▀")
        .contains("GEZD GNBV GY3T", "otpauth://totp/")
        .contains("enrolled", "AAAA-BBBB", "CCCC-DDDD");
    assertThat(broker.call("POST /v1/me/totp/confirm").body()).isEqualTo("{\"code\":\"123456\"}");
  }

  @Test
  void enroll_whereTheTerminalHasNoBlocks_showsTextOnly() {
    Typist.Result result = person("123456").with("LC_ALL", "C").type("totp", "enroll");

    assertThat(result.out()).contains("otpauth://totp/").doesNotContain("▀", "\u001b");
  }

  @Test
  void enroll_withAnActiveCode_asksForACurrentOneFirst() {
    broker.answer("GET /v1/me/totp", "{\"active\":true}");

    assertThat(
            person("111111", "222222")
                .type("totp", "enroll", "--digits", "8", "--algorithm", "SHA256")
                .status())
        .isZero();
    assertThat(broker.call("POST /v1/me/totp").body())
        .isEqualTo("{\"code\":\"111111\",\"algorithm\":\"SHA256\",\"digits\":8}");
  }

  @Test
  void whatIsShownOnce_goesToNoPipeOrJson_unlessAskedFor() {
    Typist pipe = new Typist(home).piping("123456\n");
    for (String words : List.of("totp enroll", "totp confirm", "totp recovery-codes --json")) {
      Typist.Result result = pipe.type(words.split(" "));
      assertThat(result.status()).as(words).isEqualTo(2);
      assertThat(result.all()).contains("--show").doesNotContain(SEED, "AAAA-BBBB", "EEEE-FFFF");
    }
    assertThat(person().type("totp", "enroll", "--json").status()).isEqualTo(2);
    assertThat(broker.calls()).isEmpty();

    assertThat(pipe.type("totp", "enroll", "--json", "--show").out()).contains(SEED, "\"qr\"");
    assertThat(pipe.type("totp", "enroll", "--show").out()).contains("otpauth://");
    assertThat(pipe.type("totp", "confirm", "--json", "--show").out()).contains("AAAA-BBBB");
    assertThat(pipe.type("totp", "recovery-codes", "--show").out()).contains("EEEE-FFFF");
  }

  @Test
  void disable_sendsTheCode_neverFromTheArguments() {
    Typist.Result result = new Typist(home).piping("123456\n").type("totp", "disable");

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(broker.call("DELETE /v1/me/totp").body()).isEqualTo("{\"code\":\"123456\"}");
    assertThat(new Typist(home).type("totp", "disable", "123456").status()).isEqualTo(2);
  }

  @Test
  void status_saysWhatToDo() {
    assertThat(status("{\"active\":false,\"confirming\":true}"))
        .contains("not enrolled", "keymantle totp confirm");
    assertThat(status("{\"active\":true,\"recoveryCodes\":7}")).contains("in force", "7 recovery");
    assertThat(status("{\"active\":true,\"lockedUntil\":\"2026-11-21T08:15:00Z\"}"))
        .contains("locked", "2026-11-21T08:15:00Z");
    assertThat(status("{\"active\":true,\"disabled\":true}")).contains("keymantle totp enroll");
  }

  private String status(String answer) {
    broker.answer("GET /v1/me/totp", answer);
    return new Typist(home).type("totp", "status").out();
  }
}
