package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// What the launcher starts from: caches that fit, and commands that start as fast as they must.
@Isolated("it measures how long commands take")
final class DistributionE2E {
  private static final Path DISTRIBUTION =
      TestHome.LAUNCHER.resolveSibling("apps/dist/target/keymantle");

  /// The daily commands cost at most this many times `java -version`.
  private static final double DAILY_LIMIT = 3.5;

  private static final int ROUNDS = 15;

  @TempDir Path folder;

  @Test
  void caches_fitTheProgramsThatTheyAreFor() throws Exception {
    Map<String, String> launch = launch();
    for (String program : List.of("cli", "server")) {
      List<String> command =
          new ArrayList<>(List.of(launch.get("jdk") + "/bin/java", "-XX:+UseSerialGC"));
      if (program.equals("cli")) {
        command.add("-XX:TieredStopAtLevel=1");
      }
      command.addAll(
          List.of(
              "-XX:+UseCompactObjectHeaders",
              "-XX:AOTMode=on",
              "-XX:AOTCache=" + DISTRIBUTION.resolve(program + "-" + launch.get("id") + ".aot"),
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              classPath(launch.get(program)),
              "io.keymantle." + program + ".Main",
              "--version"));
      Path output = folder.resolve(program);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();

      assertThat(process.waitFor()).as(Files.readString(output)).isZero();
      assertThat(Files.readString(output)).startsWith("keymantle ").doesNotContain("[error]");
    }
  }

  @Test
  void dailyCommand_costsAtMostThreeAndAHalfStartsOfAJvm() throws Exception {
    try (TestHome home = TestHome.made(folder)) {
      home.must("up", "--gateway-port", "0");
      List<String> version = List.of(launch().get("jdk") + "/bin/java", "-version");
      Map<String, List<String>> daily = new HashMap<>();
      for (String words : List.of("status", "credential list", "grant list --json")) {
        List<String> command = new ArrayList<>(List.of(TestHome.LAUNCHER.toString()));
        command.addAll(List.of(words.split(" ")));
        daily.put(words, command);
      }
      List<Long> base = new ArrayList<>();
      Map<String, List<Long>> times = new HashMap<>();
      for (int round = 0; round < ROUNDS; round++) {
        base.add(nanos(home, version));
        for (Map.Entry<String, List<String>> each : daily.entrySet()) {
          times
              .computeIfAbsent(each.getKey(), _ -> new ArrayList<>())
              .add(nanos(home, each.getValue()));
        }
      }

      times.forEach((words, measured) ->
          assertThat((double) median(measured) / median(base))
              .as("%s, in times of java -version", words)
              .isLessThanOrEqualTo(DAILY_LIMIT));
    }
  }

  private static long nanos(TestHome home, List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("KEYMANTLE_HOME", home.path().toString());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    long start = System.nanoTime();
    assertThat(builder.start().waitFor()).as("%s", command).isZero();
    return System.nanoTime() - start;
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static String classPath(String names) {
    return Arrays.stream(names.split(":"))
        .map(name -> DISTRIBUTION.resolve("lib").resolve(name).toString())
        .collect(Collectors.joining(":"));
  }

  private static Map<String, String> launch() throws IOException {
    Map<String, String> launch = new HashMap<>();
    for (String line : Files.readAllLines(DISTRIBUTION.resolve("launch"))) {
      int equals = line.indexOf('=');
      launch.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return launch;
  }
}
