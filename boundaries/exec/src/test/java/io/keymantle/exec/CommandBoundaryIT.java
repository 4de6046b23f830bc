package io.keymantle.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.CommandBinding.Delivery;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.sandbox.Isolation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands really run, with a real value.
class CommandBoundaryIT {
  @TempDir Path folder;

  private static Exec shell() {
    return Exec.of("/bin/sh", "-c", "*").trustingWorkdir();
  }

  @Test
  void value_inVariable_reachesTheCommandAndIsRedactedFromItsOutput() throws Exception {
    Exec.Result result =
        shell().run("sh", "-c", "printf %s \"$DB_PASSWORD\" | wc -c; env; env >&2");
    assertThat(result.status()).isZero();
    assertThat(result.stdout())
        .startsWith(Exec.VALUE.length() + "\n")
        .contains("DB_PASSWORD=[redacted:db]")
        .doesNotContain(Exec.VALUE);
    assertThat(result.stderr()).contains("[redacted:db]").doesNotContain(Exec.VALUE);
    assertThat(result.broker().outcomes).containsExactly("ok 0", "closed");
    assertThat(result.broker().redemptions)
        .singleElement()
        .satisfies(use -> {
          assertThat(use.method()).isEqualTo("exec");
          assertThat(use.surface()).isEqualTo("env:DB_PASSWORD");
          assertThat(use.destination()).startsWith("/");
        });
    assertThat(result.broker().events)
        .extracting(LedgerEvent::kind)
        .contains(LedgerEvent.Kind.REDACTION);
  }

  @Test
  void value_encodedByTheCommand_isRedacted() throws Exception {
    Exec.Result result =
        shell()
            .run(
                "sh",
                "-c",
                "printf %s \"$DB_PASSWORD\" | base64; printf %s \"$DB_PASSWORD\" | rev");
    String encoded =
        Base64.getEncoder().encodeToString(Exec.VALUE.getBytes(StandardCharsets.UTF_8));
    assertThat(result.stdout())
        .contains("[redacted:db]")
        .doesNotContain(encoded.substring(2, 20), "9-yrettab");
  }

  @Test
  void value_inFile_isPrivateAndInMemory() throws Exception {
    Exec.Result result =
        shell()
            .deliveredBy(new Delivery.TemporaryFile("DB_FILE"))
            .run("sh", "-c", "stat -c '%a %s' $DB_FILE; stat -f -c %T $DB_FILE; cat $DB_FILE");
    assertThat(result.stdout()).isEqualTo("600 " + Exec.VALUE.length() + "\ntmpfs\n[redacted:db]");
  }

  @Test
  void value_onStandardInput_endsWithIt() throws Exception {
    Exec.Result result =
        Exec.of("/usr/bin/wc", "-c").deliveredBy(new Delivery.StandardInput()).run("wc", "-c");
    assertThat(result.stdout().strip()).isEqualTo(Integer.toString(Exec.VALUE.length()));
  }

  @Test
  void value_withNul_cannotBeAVariable() throws Exception {
    Exec.Result result = Exec.of("/usr/bin/printenv").value("abcd\0efghijkl").run("printenv");
    assertThat(result.refusal()).isEqualTo("value_unusable");
    assertThat(result.broker().outcomes).containsExactly("failed value_unusable", "closed");
    Exec.Result inFile =
        shell()
            .value("abcd\0efghijkl")
            .deliveredBy(new Delivery.TemporaryFile("F"))
            .run("sh", "-c", "wc -c < $F");
    assertThat(inFile.stdout().strip()).isEqualTo("13");
  }

  @Test
  void value_ofARunningCommand_standsInNoArgumentAndNoOuterEnvironment() throws Exception {
    Exec exec = shell();
    Thread runner =
        Thread.ofPlatform()
            .start(() -> {
              try {
                exec.run("sh", "-c", "sleep 29.75 & wait");
              } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
              }
            });
    Processes.awaitOne("sleep\0" + "29.75");
    List<String> arguments = Processes.read("cmdline");
    assertThat(arguments).noneMatch(text -> text.contains(Exec.VALUE));
    List<Processes.Seen> holders = Processes.withText("environ", Exec.VALUE);
    // The control: a host process of the same user does see the command's own environment.
    assertThat(holders).isNotEmpty().allMatch(holder -> !holder.sharesOurProcesses());
    exec.broker().onEnd.forEach(Runnable::run);
    runner.join();
  }

  @Test
  void status_ofTheCommand_passes() throws Exception {
    assertThat(shell().run("sh", "-c", "exit 7").status()).isEqualTo(7);
    Exec.Result killed = shell().run("sh", "-c", "kill -9 $$");
    assertThat(killed.status()).isEqualTo(137);
    assertThat(killed.broker().outcomes).contains("ok 137");
  }

  @Test
  void input_ofTheAgent_reachesTheCommand() throws Exception {
    Exec.Result result =
        Exec.of("/usr/bin/tr", "a-z", "A-Z").input("hello").run("tr", "a-z", "A-Z");
    assertThat(result.stdout()).isEqualTo("HELLO");
    Exec.Result both =
        Exec.of("/usr/bin/wc", "-c")
            .deliveredBy(new Delivery.StandardInput())
            .input("hello")
            .run("wc", "-c");
    assertThat(both.refusal()).isEqualTo("invalid_request");
  }

  @Test
  void timeLimit_endsTheCommandAndItsGrandchildren() throws Exception {
    Exec.Result result =
        shell()
            .atMost(Duration.ofSeconds(2))
            .run("sh", "-c", "echo started; (setsid sleep 31.25 &) ; sleep 31.25");
    assertThat(result.refusal()).isEqualTo("command_timeout");
    assertThat(result.stdout()).isEqualTo("started\n");
    assertThat(result.broker().outcomes).contains("failed command_timeout");
    Processes.awaitNone("sleep\0" + "31.25");
  }

  @Test
  void grandchildren_ofAnEndedCommand_endWithIt() throws Exception {
    Exec.Result result = shell().run("sh", "-c", "setsid sleep 33.25 >/dev/null 2>&1 & exit 0");
    assertThat(result.status()).isZero();
    Processes.awaitNone("sleep\0" + "33.25");
  }

  @Test
  void outputLimit_passesExactlySoMuchAndRefusesMore() throws Exception {
    Exec exact = Exec.of("/usr/bin/head", "-c", "*", "/dev/zero").atMost(1000);
    assertThat(exact.run("head", "-c", "1000", "/dev/zero").stdout()).hasSize(1000);
    Exec.Result more = exact.run("head", "-c", "1001", "/dev/zero");
    assertThat(more.refusal()).isEqualTo("output_too_large");
    assertThat(more.stdout()).hasSizeBetween(900, 1000);
    assertThat(more.broker().outcomes).contains("failed output_too_large");
  }

  @Test
  void revocation_endsTheCommand() throws Exception {
    Exec exec = shell();
    Thread revoker =
        Thread.ofPlatform()
            .start(() -> {
              Processes.awaitOne("sleep\0" + "35.25");
              exec.broker().onEnd.forEach(Runnable::run);
            });
    assertThat(exec.run("sh", "-c", "sleep 35.25").refusal()).isEqualTo("grant_revoked");
    revoker.join();
    Processes.awaitNone("sleep\0" + "35.25");
  }

  @Test
  void surroundings_areEmptyAndAlone() throws Exception {
    Exec.Result result =
        shell()
            .run(
                "sh",
                "-c",
                "pwd; ls -A; ls -A ~; ls /proc | grep -c '^[0-9]'; ls -A /tmp; ls -d /root /home"
                    + " /etc/shadow /var; echo x > /usr/x; env | sort | cut -d= -f1 | tr '\\n' '"
                    + " '");
    assertThat(result.stdout())
        .matches("(?s)/run/home\n[45]\n.*")
        .endsWith("DB_PASSWORD HOME LANG PATH PWD TMPDIR ");
    assertThat(result.stderr())
        .contains("'/root'", "'/home'", "'/etc/shadow'", "'/var'", "Read-only file system");
  }

  @Test
  void pinnedWorkdir_isTheWorkingFolder() throws Exception {
    Path pinned = Files.createDirectory(folder.toRealPath().resolve("pinned"));
    Files.writeString(pinned.resolve("in"), "there");
    assertThat(shell().in(pinned).run("sh", "-c", "cat in; echo out > out").stdout())
        .isEqualTo("there");
    assertThat(pinned.resolve("out")).hasContent("out");
  }

  @Test
  void network_withoutARoute_isNone() throws Exception {
    Exec.Result result =
        shell().run("sh", "-c", "curl -sS -m 3 http://127.0.0.1:3128/; cat /proc/net/dev | wc -l");
    assertThat(result.stderr()).contains("curl: (7)");
    assertThat(result.stdout().strip()).isEqualTo("3");
  }

  @Test
  void commandsAtOnce_beyondTheLimit_areRefusedBeforeTheRedemption() throws Exception {
    Exec.Result result = Exec.of("/usr/bin/printenv").atOnce(0).run("printenv");
    assertThat(result.refusal()).isEqualTo("rate_limited");
    assertThat(result.broker().redemptions).isEmpty();
    assertThat(Exec.of("/usr/bin/printenv").atOnce(1).run("printenv").status()).isZero();
  }

  @Test
  void isolation_notAvailable_refusesBeforeTheRedemption() throws Exception {
    Exec.Result result =
        shell()
            .isolatedBy(new Isolation.Unavailable("no bubblewrap", "apt install bubblewrap"))
            .run("sh", "-c", "true");
    assertThat(result.refusal()).isEqualTo("isolation_unavailable");
    assertThat(result.explanation()).contains("apt install bubblewrap");
    assertThat(result.broker().redemptions).isEmpty();
    assertThat(result.broker().events)
        .singleElement()
        .satisfies(event -> assertThat(event.code()).isEqualTo("isolation_unavailable"));
  }

  @Test
  void loader_preloadedByTheAgent_isRefusedEvenWhenTheBindingNamesIt() throws Exception {
    for (String name : List.of("LD_PRELOAD", "GIT_SSH_COMMAND", "NODE_OPTIONS", "BASH_ENV")) {
      Exec.Result result =
          Exec.of("/usr/bin/printenv")
              .passing(name)
              .with(Map.of(name, "/tmp/evil.so"))
              .run("printenv");
      assertThat(result.refusal()).as(name).isEqualTo("command_not_allowed");
      assertThat(result.broker().redemptions).isEmpty();
    }
    Exec.Result harmless =
        Exec.of("/usr/bin/printenv", "*")
            .passing("PGDATABASE")
            .with(Map.of("PGDATABASE", "orders"))
            .run("printenv", "PGDATABASE");
    assertThat(harmless.stdout()).isEqualTo("orders\n");
  }
}
