package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each condition is provoked, seen, mended by running the fix that is printed, and gone.
final class DoctorChecksTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2027-01-01T00:00:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;
  private HomeDirectory home;
  private Path mounts;

  @BeforeEach
  void makeHome() throws IOException {
    home = new HomeDirectory(folder.resolve("a home"));
    Files.createDirectory(
        home.path(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    mounts = folder.resolve("mounts");
    Files.writeString(mounts, "/dev/sda1 / ext4 rw 0 0\n");
  }

  @Test
  void openHome_isAProblem_untilTheFixIsRun() throws Exception {
    Files.setPosixFilePermissions(home.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Finding finding = only(HomeChecks.examine(home, mounts), "home-permissions");
    assertThat(finding.level()).isEqualTo(Finding.Level.PROBLEM);

    run(finding.fix());

    assertThat(only(HomeChecks.examine(home, mounts), "home-permissions").level())
        .isEqualTo(Finding.Level.OK);
  }

  @Test
  void openFileInTheHome_isAWarning_untilTheFixIsRun() throws Exception {
    Files.writeString(home.database(), "");
    Files.setPosixFilePermissions(home.database(), PosixFilePermissions.fromString("rw-r--r--"));
    Finding finding = only(HomeChecks.examine(home, mounts), "home-permissions");
    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);

    run(finding.fix());

    assertThat(only(HomeChecks.examine(home, mounts), "home-permissions").level())
        .isEqualTo(Finding.Level.OK);
  }

  @Test
  void homeOnANetworkFileSystem_isAProblem() throws IOException {
    String point = home.path().toRealPath().toString().replace(" ", "\\040");
    Files.writeString(mounts, "/dev/sda1 / ext4 rw 0 0\nserver:/x " + point + " nfs4 rw 0 0\n");

    Finding finding = only(HomeChecks.examine(home, mounts), "home-file-system");

    assertThat(finding.level()).isEqualTo(Finding.Level.PROBLEM);
    assertThat(finding.message()).contains("nfs4");
    assertThat(finding.fix()).contains("KEYMANTLE_HOME=");
  }

  @Test
  void homeInARepository_isAWarning_untilTheFixIsRun() throws Exception {
    run("git init -q " + Finding.quoted(folder));
    Finding finding = only(HomeChecks.examine(home, mounts), "home-in-repository");

    run(finding.fix());

    assertThat(HomeChecks.examine(home, mounts))
        .noneMatch(each -> each.check().equals("home-in-repository"));
  }

  @Test
  void clockBehindTheHome_isAProblem_untilTheFixIsRun() throws Exception {
    Files.writeString(home.database(), "");
    Files.setLastModifiedTime(
        home.database(), FileTime.from(Instant.parse("2027-06-01T00:00:00Z")));
    Finding finding = only(MachineChecks.clock(home, NOW, false), "clock");
    assertThat(finding.level()).isEqualTo(Finding.Level.PROBLEM);

    run(finding.fix());

    assertThat(only(MachineChecks.clock(home, NOW, false), "clock").level())
        .isEqualTo(Finding.Level.OK);
  }

  @Test
  void clockBeforeTheRelease_isAProblem() {
    Clock early = Clock.fixed(Instant.parse("1970-01-02T00:00:00Z"), ZoneOffset.UTC);

    assertThat(MachineChecks.clock(home, early, true).getFirst().level())
        .isEqualTo(Finding.Level.PROBLEM);
  }

  @Test
  void listenerThatDoesNotAnswer_isAProblem() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
      JsonObject running = new JsonObject(Map.of("gateway", "http://127.0.0.1:" + port));
      assertThat(only(MachineChecks.ports(home, running), "port-gateway").level())
          .isEqualTo(Finding.Level.OK);
    }
    JsonObject gone = new JsonObject(Map.of("gateway", "http://127.0.0.1:" + port));
    assertThat(only(MachineChecks.ports(home, gone), "port-gateway").level())
        .isEqualTo(Finding.Level.PROBLEM);
  }

  @Test
  void ambientSecret_isAWarning_withoutItsValue_untilItIsUnset() throws Exception {
    Map<String, String> environment = Map.of("DEPLOY", "ghp_0123456789abcdefghijABCDEFGHIJ012345");
    Finding finding = only(SecretChecks.examine(environment, folder), "ambient-secret");
    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding.toString()).doesNotContain("ghp_0123");

    String left = run("DEPLOY=x; export DEPLOY; " + finding.fix() + "; env");

    assertThat(left).doesNotContain("DEPLOY=");
  }

  @Test
  void dotenvInARepository_isReported_untilTheFixesAreRun() throws Exception {
    run("git init -q " + Finding.quoted(folder));
    Files.writeString(folder.resolve(".env"), "KEY=x\n");
    Finding warning = only(SecretChecks.examine(Map.of(), folder), "dotenv");
    assertThat(warning.level()).isEqualTo(Finding.Level.WARNING);

    run("git -C " + Finding.quoted(folder) + " add .env");
    Finding problem = only(SecretChecks.examine(Map.of(), folder), "dotenv");
    assertThat(problem.level()).isEqualTo(Finding.Level.PROBLEM);

    run(problem.fix());

    assertThat(SecretChecks.examine(Map.of(), folder))
        .noneMatch(each -> each.check().equals("dotenv"));
  }

  @Test
  void rootInTheSystemStore_isAWarning() throws IOException {
    Files.writeString(
        home.rootCertificate(),
        "-----BEGIN CERTIFICATE-----\nAAAA\nBBBB\n-----END CERTIFICATE-----\n");
    Path store = folder.resolve("store.pem");
    Files.writeString(store, "-----BEGIN CERTIFICATE-----\nAAAABBBB\n-----END CERTIFICATE-----\n");

    assertThat(
            only(
                    TrustChecks.examine(home, Map.of(), command -> "", List.of(store)),
                    "ca-system-store")
                .level())
        .isEqualTo(Finding.Level.WARNING);
    Files.writeString(store, "");
    assertThat(
            only(
                    TrustChecks.examine(home, Map.of(), command -> "", List.of(store)),
                    "ca-system-store")
                .level())
        .isEqualTo(Finding.Level.OK);
  }

  @Test
  void settingsThatBreakTrust_areProblems() {
    List<Finding> findings =
        TrustChecks.examine(
            home,
            Map.of(
                "NODE_TLS_REJECT_UNAUTHORIZED", "0",
                "GIT_SSL_NO_VERIFY", "1",
                "SSL_CERT_FILE", folder.resolve("none.pem").toString()),
            command -> "",
            List.of());

    assertThat(findings)
        .filteredOn(finding -> finding.level() == Finding.Level.PROBLEM)
        .extracting(Finding::fix)
        .containsExactly(
            "unset NODE_TLS_REJECT_UNAUTHORIZED", "unset GIT_SSL_NO_VERIFY", "unset SSL_CERT_FILE");
  }

  @Test
  void clientInsideRun_thatLostItsVariable_isAProblem() throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createFile(
        bin.resolve("curl"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Map<String, String> environment =
        Map.of("PATH", bin.toString(), "KEYMANTLE_AGENT_TOKEN", "kma_x");

    assertThat(
            only(TrustChecks.examine(home, environment, command -> "", List.of()), "ca-curl")
                .level())
        .isEqualTo(Finding.Level.PROBLEM);
  }

  @Test
  void doctor_withoutHome_hasAProblem_andTheCommandThatMakesOne() {
    Typist.Result result = new Typist(new HomeDirectory(folder.resolve("none"))).type("doctor");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).contains("fix: keymantle init");
  }

  private static Finding only(List<Finding> findings, String check) {
    return findings.stream()
        .filter(finding -> finding.check().equals(check))
        .reduce((first, second) -> {
          throw new AssertionError("several of " + check + ": " + findings);
        })
        .orElseThrow(() -> new AssertionError("no " + check + " in " + findings));
  }

  private static String run(String command) throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    return output;
  }
}
