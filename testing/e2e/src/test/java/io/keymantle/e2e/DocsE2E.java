package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every command that README and docs show is run, page by page, in a fresh home, and must succeed.
class DocsE2E {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  /// Commands with a test of their own, or that would change the machine.
  private static final Map<String, String> ELSEWHERE =
      Map.of("./keymantle demo", "DemoE2E plays it", "./verify", "it is what runs this test");

  /// Pages whose commands change a whole machine, which the suite `testing/e2e/service` makes for
  /// them.
  private static final Set<Path> OF_A_WHOLE_MACHINE = Set.of(Path.of("docs/service.md"));

  @TempDir Path folder;

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
          Stream.of(ROOT.resolve("README.md")),
          docs.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream())
          .filter(page -> !commands(page).isEmpty())
          .map(ROOT::relativize)
          .filter(page -> !OF_A_WHOLE_MACHINE.contains(page))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void every_command_of_the_page_works(Path page) throws IOException, InterruptedException {
    Path work = Files.createDirectory(folder.resolve("work"));
    Path programs = programs();
    Files.writeString(
        work.resolve("openclaw.json"),
        "{ credentials: { 'imported-api': { allowedAgents: ['main'], requireTotp: false,"
            + " expiresAfter: '1h' } } } // JSON5\n");
    try {
      for (String command : commands(ROOT.resolve(page))) {
        if (ELSEWHERE.containsKey(command)) {
          continue;
        }
        ProcessBuilder builder =
            new ProcessBuilder("sh", "-c", command)
                .directory(work.toFile())
                .redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment(programs));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s%n%s", page, command, output).isZero();
      }
    } finally {
      ProcessBuilder down =
          new ProcessBuilder(TestHome.LAUNCHER.toString(), "down")
              .directory(work.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      down.environment().putAll(environment(programs));
      down.start().waitFor();
    }
  }

  private Map<String, String> environment(Path programs) {
    return Map.of(
        "KEYMANTLE_HOME",
        folder.resolve("home").toString(),
        "TOKEN",
        "ghp_docs0123456789abcdefABCDEF012345",
        "PASSPHRASE",
        "five plain words for docs",
        "PATH",
        programs + ":" + System.getenv("PATH"));
  }

  /// `keymantle` on the path, and an agent that does nothing.
  private Path programs() throws IOException {
    Path programs = Files.createDirectory(folder.resolve("programs"));
    Files.createSymbolicLink(programs.resolve("keymantle"), TestHome.LAUNCHER);
    Path agent = folder.resolve("work").resolve("claude");
    Files.writeString(agent, "#!/bin/sh\nexit 0\n");
    Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Path.of(programs + ":" + agent.getParent());
  }

  private static List<String> commands(Path page) {
    List<String> commands = new ArrayList<>();
    boolean inside = false;
    try {
      for (String line : Files.readAllLines(page)) {
        if (line.startsWith("```")) {
          inside = line.equals("```console");
        } else if (inside && line.startsWith("$ ")) {
          commands.add(line.substring(2));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Set.copyOf(commands).isEmpty() ? List.of() : commands;
  }
}
