package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in folders of its own, with JDKs that only print how they were called.
final class LauncherTest {
  private static final Path LAUNCHER = Path.of("../../keymantle").toAbsolutePath().normalize();

  @TempDir Path folder;
  private Path root;
  private Path user;

  @BeforeEach
  void install() throws IOException {
    root = Files.createDirectory(folder.resolve("a place"));
    user = Files.createDirectory(folder.resolve("user"));
    Files.copy(LAUNCHER, root.resolve("keymantle"));
    Files.setPosixFilePermissions(
        root.resolve("keymantle"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path dist = Files.createDirectories(root.resolve("keymantle-dist"));
    Files.writeString(
        dist.resolve("launch"),
        "id=0123\nbuild=25.0.3+9\ncli=cli.jar:more.jar\nserver=server.jar\ndemo=demo.jar\n");
    Files.writeString(dist.resolve("cli-0123.aot"), "");
    jdk(user.resolve(".sdkman/candidates/java/25"), "25.0.3");
  }

  @Test
  void jdk_isFoundInTheUsualFolders_andTheCliStarted() throws Exception {
    String call = launch(Map.of(), "status", "--json");

    assertThat(call)
        .contains("jdk " + user.resolve(".sdkman/candidates/java/25"))
        .contains("arg io.keymantle.cli.Main\narg status\narg --json\n");
  }

  @Test
  void javaHome_ofJdk25_wins_andAnyOtherIsPassedOver() throws Exception {
    Path right = jdk(folder.resolve("odd one/jdk"), "25");
    Path old = jdk(folder.resolve("old"), "17.0.15");

    assertThat(launch(Map.of("JAVA_HOME", right.toString()), "status")).contains("jdk " + right);
    assertThat(launch(Map.of("JAVA_HOME", old.toString()), "status"))
        .contains("jdk " + user.resolve(".sdkman"));
    assertThat(launch(Map.of("JAVA_HOME", "/no/such/folder"), "status"))
        .contains("jdk " + user.resolve(".sdkman"));
    assertThat(launch(Map.of("JAVA_HOME", ""), "status")).contains("jdk ");
  }

  @Test
  void pathsWithBlanks_stayWhole() throws Exception {
    String library = root.resolve("keymantle-dist/lib").toString();

    assertThat(launch(Map.of(), "status"))
        .contains("arg " + library + "/cli.jar:" + library + "/more.jar\n")
        .contains("arg -XX:AOTCache=" + root + "/keymantle-dist/cli-0123.aot\n")
        .contains("arg -Dkeymantle.launcher=" + root + "/keymantle\n");
  }

  @Test
  void symbolicLinks_leadToTheInstallation() throws Exception {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), root.resolve("keymantle"));
    Files.createSymbolicLink(bin.resolve("keymantle"), Path.of("first"));

    assertThat(launch(Map.of(), List.of(bin.resolve("keymantle").toString(), "status")))
        .contains("arg " + root.resolve("keymantle-dist/lib"));
    assertThat(
            launch(Map.of("PATH", bin + ":/usr/bin:/bin"), List.of("sh", "-c", "keymantle status")))
        .contains("arg io.keymantle.cli.Main\narg status\n");
  }

  @Test
  void cacheOfAnotherJdkBuild_isLeftAlone() throws Exception {
    Path other = jdk(folder.resolve("other"), "25.0.4");

    assertThat(launch(Map.of("JAVA_HOME", other.toString()), "status"))
        .doesNotContain("AOTCache")
        .contains("arg -Xshare:auto\n");
  }

  @Test
  void verbs_startTheProgramThatDoesThem() throws Exception {
    for (String words : List.of("init", "up", "backup x", "restore x", "rekey", "ledger verify")) {
      assertThat(launch(Map.of(), words.split(" ")))
          .as(words)
          .contains("arg io.keymantle.server.Main\n")
          .contains("arg -XX:+DisableAttachMechanism\n");
    }
    for (String words : List.of("ledger tail", "run -- init", "credential add", "")) {
      assertThat(launch(Map.of(), words.isEmpty() ? new String[0] : words.split(" ")))
          .as(words)
          .contains("arg io.keymantle.cli.Main\n");
    }
    assertThat(launch(Map.of(), "demo")).contains("arg io.keymantle.demo.Main\n");
  }

  @Test
  void settingsOfTheCallersJvm_doNotReachTheProgram() throws Exception {
    String call =
        launch(
            Map.of(
                "JAVA_TOOL_OPTIONS",
                "-javaagent:x",
                "JDK_JAVA_OPTIONS",
                "-x",
                "_JAVA_OPTIONS",
                "-y"),
            "up");

    assertThat(call).doesNotContain("env JAVA_TOOL_OPTIONS").doesNotContain("env JDK_JAVA_OPTIONS");
    assertThat(call).contains("core 0\n");
  }

  /// The first file that a JVM opens would take the place of a closed stream.
  @Test
  void closedStandardStreams_leadNowhere() throws Exception {
    String launcher = root.resolve("keymantle").toString();

    assertThat(launch(Map.of(), List.of("sh", "-c", "exec \"$0\" status <&-", launcher)))
        .contains("stdin /dev/null\n");
    assertThat(launch(Map.of(), List.of("sh", "-c", "exec \"$0\" status 2>&-", launcher)))
        .contains("stderr /dev/null\n");
  }

  @Test
  void localeWithoutUtf8_isReplacedByTheOneThatDiffersInNothingElse() throws Exception {
    assertThat(launch(Map.of(), "status")).contains("env LC_CTYPE=C.UTF-8\n");
    assertThat(launch(Map.of("LC_ALL", "C"), "status")).contains("env LC_ALL=C.UTF-8\n");
    assertThat(launch(Map.of("LANG", "de_DE.UTF-8"), "status")).doesNotContain("env LC_");
  }

  @Test
  void programThatWritesHomes_keepsEveryFileToItsUser() throws Exception {
    String open = "umask 000; exec \"$0\" ";
    String launcher = root.resolve("keymantle").toString();

    assertThat(launch(Map.of(), List.of("sh", "-c", open + "init", launcher)))
        .contains("umask 0077\n");
    assertThat(launch(Map.of(), List.of("sh", "-c", open + "run -- true", launcher)))
        .contains("umask 0000\n");
  }

  @Test
  void argumentsOfTheCaller_arriveAsTheyWere() throws Exception {
    assertThat(launch(Map.of(), "run", "--", "a b", "*", "$HOME", "-cp", ""))
        .endsWith("arg run\narg --\narg a b\narg *\narg $HOME\narg -cp\narg \n");
  }

  @Test
  void withoutJdk25_saysWhatToInstall_andFails() throws Exception {
    Files.delete(user.resolve(".sdkman/candidates/java/25/release"));
    Map<String, String> environment = new HashMap<>(Map.of("HOME", user.toString()));
    environment.put("PATH", "/nonexistent");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", copyThatFindsNothing().toString(), "status");
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(output).contains("there is no JDK 25 here").contains("apt install");
    assertThat(output.lines()).hasSize(1);
  }

  /// This machine has a JDK 25 in the folder that every system uses.
  private Path copyThatFindsNothing() throws IOException {
    Path copy = root.resolve("keymantle-elsewhere");
    Files.writeString(
        copy, Files.readString(LAUNCHER).replace("/usr/lib/jvm/*", folder + "/none/*"));
    return copy;
  }

  private String launch(Map<String, String> environment, String... words) throws Exception {
    java.util.ArrayList<String> command = new java.util.ArrayList<>();
    command.add(root.resolve("keymantle").toString());
    command.addAll(List.of(words));
    return launch(environment, command);
  }

  private String launch(Map<String, String> environment, List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("HOME", user.toString(), "PATH", "/usr/bin:/bin"));
    builder.environment().putAll(environment);
    // Before the usual folders, where this machine has a JDK of its own.
    builder
        .environment()
        .putIfAbsent("JAVA_HOME", user.resolve(".sdkman/candidates/java/25").toString());
    if (environment.containsKey("JAVA_HOME")) {
      Files.writeString(
          root.resolve("keymantle-dist/launch"),
          Files.readString(root.resolve("keymantle-dist/launch"))
              + "jdk="
              + user.resolve(".sdkman/candidates/java/25")
              + "\n");
    }
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static Path jdk(Path jdk, String version) throws IOException {
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(
        jdk.resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\""
            + version
            + "\"\nJAVA_RUNTIME_VERSION=\""
            + version
            + "+9\"\n");
    Path java = jdk.resolve("bin/java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        echo "jdk ${0%/bin/java}"
        echo "core $(ulimit -c)"
        echo "umask $(umask)"
        echo "stdin $(readlink /proc/$$/fd/0)"
        echo "stderr $(readlink /proc/$$/fd/2)"
        env | sed 's/^/env /'
        for each; do printf 'arg %s\\n' "$each"; done
        """);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return jdk;
  }
}
