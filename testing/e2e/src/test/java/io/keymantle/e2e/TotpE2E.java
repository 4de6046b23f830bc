package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Time-based codes with oathtool as the authenticator: a person's own, and those of a third
/// party's login that an agent passes without holding the seed.
class TotpE2E {
  private static final String SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  private static final String URI = "otpauth://totp/Site:bot?secret=" + SEED + "&digits=8";

  @TempDir Path folder;

  @Test
  void persons_code_works_once_and_after_rekey_backup_and_restore() throws Exception {
    Path backup = folder.resolve("home.backup");
    Authenticator phone;
    String recovery;
    long stepOfRestore;
    try (TestHome home = TestHome.made(folder)) {
      home.must("up");
      String seed = home.json("totp", "enroll", "--json", "--show").get("secret").asString();
      phone = new Authenticator(seed);
      String used = phone.fresh();
      Result confirmed = home.mustWithInput(used, "totp", "confirm", "--json", "--show");
      JsonNode codes = TestHome.parse(confirmed.output()).get("recoveryCodes");
      assertThat(codes.size()).isEqualTo(10);
      recovery = codes.get(0).asString();

      assertThat(renew(home, used).output()).contains("\"code\":\"factor_refused\"");
      home.must("down");
      home.must("rekey");
      home.must("up");
      assertThat(renew(home, used).output()).contains("factor_refused");
      assertThat(renew(home, phone.fresh()).status()).as("after rekey").isZero();
      assertThat(renew(home, recovery).output()).as("replaced").contains("factor_refused");
      home.must("backup", backup.toString());
      assertThat(home.must("ledger", "tail", "--json").output())
          .contains("\"factor\"")
          .doesNotContain(seed, used, recovery);
    }
    try (TestHome restored = TestHome.none(folder)) {
      Path key = folder.resolve("saved.key");
      Files.copy(firstKey(), key);
      stepOfRestore = Authenticator.step(0);
      restored.must("restore", backup.toString(), "--key-file", key.toString());
      restored.must("up");
      JsonNode status = restored.json("totp", "status", "--json");
      assertThat(status.get("active").asBoolean()).isTrue();
      assertThat(status.get("recoveryCodes").asInt()).isEqualTo(10);
      // A restore may have forgotten which codes were used: those of its moment are spent.
      assertThat(renew(restored, phone.at(stepOfRestore + 1)).output()).contains("factor_refused");
    }
  }

  private Path firstKey() throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("home/keys/key")).findFirst().orElseThrow();
    }
  }

  private static Result renew(TestHome home, String code) throws IOException {
    return home.withInput(code, "totp", "recovery-codes", "--json", "--show");
  }

  @Test
  void agent_passes_a_third_partys_login_on_every_surface_without_the_seed() throws Exception {
    try (Upstream upstream = Upstream.start(folder);
        TestHome home = TestHome.up(folder, upstream)) {
      home.must("agent", "add", "main");
      for (String surface : List.of("header:authorization", "query:otp", "json:/otp", "form:otp")) {
        home.mustWithInput(
            URI,
            "credential",
            "add",
            name(surface),
            "--kind",
            "totp",
            "--surface",
            surface,
            "--destination",
            "https://" + Upstream.HOST,
            "--agents",
            "main");
      }
      home.mustWithInput(
          SEED,
          "credential",
          "add",
          "otp-exec",
          "--kind",
          "totp",
          "--agents",
          "main",
          "--command",
          "/usr/bin/printenv",
          "--argument",
          "OTP",
          "--deliver",
          "env:OTP");

      long firstStep = Authenticator.step(0);
      Result run =
          home.run(
              "run",
              "--agent",
              "main",
              "--isolate",
              "never",
              "--credential",
              "otp-header=HEADER",
              "--credential",
              "otp-query=QUERY",
              "--credential",
              "otp-json=JSON",
              "--credential",
              "otp-form=FORM",
              "--",
              "sh",
              "-c",
              "u=https://"
                  + Upstream.HOST
                  + "; curl -sS -m 20 -H \"Authorization: Bearer $HEADER\" $u/header; echo;"
                  + " curl -sS -m 20 \"$u/query?otp=$QUERY\"; echo;"
                  + " curl -sS -m 20 --json \"{\\\"otp\\\":\\\"$JSON\\\"}\" $u/json; echo;"
                  + " curl -sS -m 20 -d \"otp=$FORM\" $u/form; echo");

      assertThat(run.status()).as(run.all()).isZero();
      List<String> codes =
          LongStream.rangeClosed(firstStep, Authenticator.step(0))
              .mapToObj(step -> Authenticator.at(SEED, 8, step))
              .toList();
      List<Upstream.Received> received = upstream.received();
      assertThat(received).hasSize(4);
      assertThat(codes).contains(received.get(0).authorization().replace("Bearer ", ""));
      assertThat(codes).contains(received.get(1).target().replace("/query?otp=", ""));
      assertThat(codes).contains(received.get(2).body().replaceAll("\\D", ""));
      assertThat(codes).contains(received.get(3).body().replace("otp=", ""));
      assertThat(run.output())
          // One seed, one code: which of its credentials a mask names is not said.
          .containsPattern("you sent Bearer \\[redacted:otp-")
          .containsPattern("\"otp\":\"\\[redacted:otp-")
          .doesNotContain(SEED)
          .doesNotContain(codes);

      Result exec =
          home.run(
              "exec",
              "--agent",
              "main",
              "--credential",
              "otp-exec",
              "--",
              "/usr/bin/printenv",
              "OTP");
      assertThat(exec.output()).as(exec.all()).matches("\\[redacted:otp-[a-z]+\\]\n");
    }
  }

  private static String name(String surface) {
    return "otp-" + surface.substring(0, surface.indexOf(':')).replace("path", "url");
  }
}
