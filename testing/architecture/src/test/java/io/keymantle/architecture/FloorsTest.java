package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds the poms to the floors of docs/design.md §3: what is not on a module's class path cannot
/// be named in it.
class FloorsTest {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern ARTIFACT = Pattern.compile("\n  <artifactId>([^<]+)</artifactId>");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>io\\.keymantle</groupId>\\s*<artifactId>([^<]+)</artifactId>(.*?)</dependency>",
          Pattern.DOTALL);

  /// The floor of each folder. A module depends on floors below its own.
  private static final Map<String, Integer> FLOOR =
      Map.of(
          "core",
          0,
          "broker",
          1,
          "sources",
          2,
          "stores",
          2,
          "boundaries",
          2,
          "faces",
          2,
          "fleet",
          2,
          "apps",
          3);

  /// Dependencies on the same floor, each with its reason. Everything else on one floor is a wall.
  private static final Map<String, String> SAME_FLOOR =
      Map.ofEntries(
          Map.entry("core/secret -> core/domain", "names label the values"),
          Map.entry("core/intake -> core/domain", "refusals"),
          Map.entry("core/json5 -> core/domain", "refusals"),
          Map.entry("core/policy -> core/domain", "rules are domain nouns"),
          Map.entry("core/redaction -> core/domain", "masks carry credential names"),
          Map.entry("core/redaction -> core/secret", "compiles values into matchers"),
          Map.entry("core/keys -> core/domain", "refusals"),
          Map.entry("core/keys -> core/secret", "seals and opens values"),
          Map.entry("core/otp -> core/domain", "refusals"),
          Map.entry("core/ledger -> core/domain", "records LedgerEvent"),
          Map.entry("core/source-spi -> core/domain", "references are domain nouns"),
          Map.entry("core/source-spi -> core/secret", "sources return SecretBytes"),
          Map.entry("core/source-http -> core/source-spi", "says what went wrong in its words"),
          Map.entry("core/sandbox -> core/domain", "refusals"),
          Map.entry("broker/factors -> broker/control", "implements the ports of factors"),
          Map.entry(
              "broker/redeem -> broker/control",
              "answers everything after the token that control gave"),
          Map.entry("faces/console -> faces/api", "its files are what the console's routes serve"),
          Map.entry(
              "apps/server -> apps/cli", "one way to parse, ask and answer on the command line"),
          Map.entry("apps/server -> apps/picocli", "parses the offline verbs"),
          Map.entry("apps/cli -> apps/picocli", "parses the daily verbs"),
          Map.entry("apps/demo -> apps/picocli", "parses demo and selftest"),
          Map.entry("apps/dist -> apps/cli", "assembles the class paths"),
          Map.entry("apps/dist -> apps/server", "assembles the class paths"),
          Map.entry("apps/dist -> apps/demo", "assembles the class paths"));

  /// docs/design.md R2: these never have `secret` on their compile class path, directly or through
  /// others.
  private static final Set<String> BLIND =
      Set.of(
          "core/domain",
          "core/policy",
          "core/intake",
          "core/json5",
          "core/sandbox",
          "core/ledger",
          "broker/control",
          "faces/api",
          "faces/console",
          "apps/cli");

  private final Map<String, Set<String>> dependencies = readPoms();

  @Test
  void module_depends_only_on_floors_below_or_on_listed_neighbours() {
    List<String> wrong = new ArrayList<>();
    dependencies.forEach((module, targets) -> {
      for (String target : targets) {
        int from = FLOOR.get(floorOf(module));
        int to = FLOOR.get(floorOf(target));
        boolean below = to < from;
        if (!below && !SAME_FLOOR.containsKey(module + " -> " + target)) {
          wrong.add(module + " -> " + target);
        }
      }
    });
    assertThat(wrong).as("dependencies that no rule of docs/design.md allows").isEmpty();
  }

  @Test
  void blind_modules_cannot_name_a_secret() {
    for (String module : BLIND) {
      assertThat(reachable(module))
          .as("%s must stay blind (R2)", module)
          .doesNotContain("core/secret");
    }
  }

  @Test
  void the_check_finds_what_it_looks_for() {
    assertThat(reachable("boundaries/gateway")).contains("core/secret", "core/domain");
  }

  @Test
  void reactor_lists_every_module_once() throws IOException {
    Set<String> onDisk = new TreeSet<>();
    try (var poms = Files.find(ROOT, 3, (path, attributes) -> path.endsWith("pom.xml"))) {
      poms.map(pom -> ROOT.relativize(pom.getParent()).toString())
          .filter(name -> !name.isEmpty())
          .forEach(onDisk::add);
    }
    assertThat(modules()).containsExactlyInAnyOrderElementsOf(onDisk);
  }

  private static String floorOf(String module) {
    return module.substring(0, module.indexOf('/'));
  }

  private Set<String> reachable(String module) {
    Set<String> seen = new HashSet<>();
    ArrayDeque<String> open = new ArrayDeque<>(Set.of(module));
    while (!open.isEmpty()) {
      for (String next : dependencies.getOrDefault(open.poll(), Set.of())) {
        if (seen.add(next)) {
          open.add(next);
        }
      }
    }
    return seen;
  }

  private static List<String> modules() {
    Matcher module = MODULE.matcher(read(ROOT.resolve("pom.xml")));
    List<String> found = new ArrayList<>();
    while (module.find()) {
      found.add(module.group(1));
    }
    return found;
  }

  private static Map<String, Set<String>> readPoms() {
    Map<String, String> moduleOf = new TreeMap<>();
    for (String module : modules()) {
      Matcher artifact = ARTIFACT.matcher(read(ROOT.resolve(module).resolve("pom.xml")));
      assertThat(artifact.find()).isTrue();
      moduleOf.put(artifact.group(1), module);
    }
    Map<String, Set<String>> found = new TreeMap<>();
    for (String module : modules()) {
      if (module.startsWith("testing/")) {
        continue;
      }
      Set<String> targets = new TreeSet<>();
      Matcher dependency = DEPENDENCY.matcher(read(ROOT.resolve(module).resolve("pom.xml")));
      while (dependency.find()) {
        if (!dependency.group(2).contains("<scope>test</scope>")) {
          targets.add(moduleOf.get(dependency.group(1)));
        }
      }
      found.put(module, targets);
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
