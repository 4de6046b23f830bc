package io.keymantle.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.CommandBinding.Delivery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Thefts through programs that run what they find. Each is refused before the redemption; where
/// the owner waives the guard (`trustsWorkdir`), the same theft succeeds, which shows that the
/// guard is what stops it.
class CommandAttackIT {
  @TempDir Path folder;

  private Path workdir() throws Exception {
    return folder.toRealPath();
  }

  private static void assertRefusedUnused(Exec.Result result) {
    assertThat(result.refusal()).isEqualTo("command_not_allowed");
    assertThat(result.explanation()).contains("; fix: ");
    assertThat(result.broker().redemptions).isEmpty();
    assertThat(result.broker().events)
        .singleElement()
        .satisfies(event -> assertThat(event.result()).isEqualTo("refused"));
  }

  @Test
  void git_withAPagerOfTheAgent_isRefused() throws Exception {
    String[] attack = {"git", "-c", "core.pager=cat /proc/self/environ > stolen", "-p", "log"};
    assertRefusedUnused(Exec.of("/usr/bin/git", "**").in(workdir()).run(attack));
  }

  @Test
  void git_withAliasThatRunsACommand_stealsOnlyWithoutTheGuard() throws Exception {
    String[] attack = {"git", "-c", "alias.x=!printenv DB_PASSWORD > stolen", "x"};
    Exec exec = Exec.of("/usr/bin/git", "**").in(workdir());
    assertRefusedUnused(exec.run(attack));
    assertThat(workdir().resolve("stolen")).doesNotExist();
    exec.trustingWorkdir().run(attack);
    assertThat(workdir().resolve("stolen")).content().startsWith(Exec.VALUE);
  }

  @Test
  void makefile_inTheWorkingFolder_stealsOnlyWithoutTheGuard() throws Exception {
    Files.writeString(workdir().resolve("Makefile"), "all:\n\t@printenv DB_PASSWORD > stolen\n");
    Exec exec = Exec.of("/usr/bin/make").in(workdir());
    assertRefusedUnused(exec.run("make"));
    assertThat(workdir().resolve("stolen")).doesNotExist();
    exec.trustingWorkdir().run("make");
    assertThat(workdir().resolve("stolen")).content().startsWith(Exec.VALUE);
  }

  @Test
  void npmrc_inTheWorkingFolder_isRefused() throws Exception {
    Files.writeString(workdir().resolve(".npmrc"), "script-shell=./evil\n");
    assertRefusedUnused(Exec.of("/usr/bin/npm", "**").in(workdir()).run("npm", "test"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bin/sh", "/usr/bin/bash", "/usr/bin/python3", "/usr/bin/perl", "/usr/bin/env",
        "/usr/bin/find", "/usr/bin/xargs", "/usr/bin/awk", "/usr/bin/tar", "/usr/bin/git",
        "/usr/bin/make", "/usr/bin/timeout", "/usr/bin/sed", "/usr/bin/sort", "/usr/bin/split",
        "/usr/bin/taskset", "/usr/bin/openssl"
      })
  void programThatRunsOthers_withoutTrust_isRefused(String program) throws Exception {
    assertRefusedUnused(Exec.of(program, "**").run(program, "--version"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"#!/usr/bin/python3", "#! /usr/bin/env -S node --x", "#!/bin/sh -e"})
  void script_ofARiskyProgram_isSeenThrough(String firstLine) throws Exception {
    Path script = Files.writeString(folder.resolve("tool"), firstLine + "\ntrue\n");
    assertThat(RiskyPrograms.match(script, script)).isIn("python", "node", "sh");
    Path program = Files.writeString(folder.resolve("plain"), "\177ELF");
    assertThat(RiskyPrograms.match(program, program)).isEmpty();
  }

  @Test
  void programThatRunsCommandsByItsOwnMeans_isKnownByAnyOfItsNames() throws Exception {
    for (String name :
        List.of(
            "psql", "mysql", "mariadb", "ssh", "tar", "wget", "python3.13", "node", "ruby3.1")) {
      Path program = Files.writeString(folder.resolve(name), "\177ELF");
      assertThat(RiskyPrograms.match(program, program)).as(name).isNotEmpty();
    }
  }

  @Test
  void executable_thatTheAgentCouldReplace_isRefused() throws Exception {
    Path own = folder.resolve("tool");
    Files.copy(Path.of("/usr/bin/printenv"), own);
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertRefusedUnused(Exec.of(own.toString()).run(own.toString()));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertRefusedUnused(Exec.of(own.toString()).run(own.toString()));
  }

  @Test
  void executable_swappedForALink_isRefused() throws Exception {
    Path link = folder.resolve("tool");
    Files.createSymbolicLink(link, Path.of("/usr/bin/printenv"));
    assertRefusedUnused(Exec.of(link.toString(), "**").run(link.toString(), "DB_PASSWORD"));
  }

  @Test
  void plainName_isLookedUpInSystemFoldersOnly() throws Exception {
    Path planted = Files.copy(Path.of("/usr/bin/printenv"), workdir().resolve("id"));
    Files.setPosixFilePermissions(planted, PosixFilePermissions.fromString("rwxr-xr-x"));
    Exec.Result result = Exec.of("/usr/bin/id", "**").in(workdir()).run("id", "-un");
    assertThat(result.status()).isZero();
    assertThat(result.stdout()).doesNotContain(Exec.VALUE).isNotEqualTo("DB_PASSWORD");
    assertRefusedUnused(Exec.of("/usr/bin/id", "**").in(workdir()).run("./id", "DB_PASSWORD"));
    Exec.Result path = Exec.of("/usr/bin/printenv", "PATH").in(workdir()).run("printenv", "PATH");
    assertThat(path.stdout()).isEqualTo("/usr/bin:/bin\n");
  }

  @Test
  void arguments_outsideThePatterns_areRefused() throws Exception {
    Exec exec = Exec.of("/usr/bin/printf", "%s", "order-*");
    assertThat(exec.run("printf", "%s", "order-7").stdout()).isEqualTo("order-7");
    for (String[] command :
        List.of(
            new String[] {"printf", "%s"},
            new String[] {"printf", "%s", "order-7", "more"},
            new String[] {"printf", "%b", "order-7"},
            new String[] {"printf", "%s", "reorder-7"},
            new String[] {"echo", "%s", "order-7"})) {
      assertRefusedUnused(exec.run(command));
    }
    assertRefusedUnused(exec.run("printf", "%s", "order-\0"));
    // A pattern is of the whole argument: what stands in another line is not let in.
    assertRefusedUnused(exec.run("printf", "%s", "--evil\norder-7"));
    assertRefusedUnused(exec.run("printf", "%s\n", "order-7"));
    assertThat(exec.run("printf", "%s", "order-7\n8").stdout()).isEqualTo("order-7\n8");
  }

  @Test
  void brokerToken_inAnArgument_isRefusedAndNotRecorded() throws Exception {
    Exec.Result result = Exec.of("/usr/bin/printf", "**").run("printf", "%s", FakeBroker.TOKEN);
    assertThat(result.refusal()).isEqualTo("surface_mismatch");
    assertThat(result.broker().events.toString()).doesNotContain(FakeBroker.TOKEN);
    assertThat(result.broker().redemptions).isEmpty();
  }

  @Test
  void workdir_withTheValueInAFile_leavesNothingBehind() throws Exception {
    Exec.Result result =
        Exec.of("/usr/bin/wc", "-c", "*")
            .deliveredBy(new Delivery.TemporaryFile("DB_FILE"))
            .in(workdir())
            .run("wc", "-c", "/run/private/value");
    assertThat(result.stdout()).startsWith(Integer.toString(Exec.VALUE.length()));
    try (var left = Files.list(workdir())) {
      assertThat(left).isEmpty();
    }
    assertThat(Path.of("/run/private")).doesNotExist();
  }
}
