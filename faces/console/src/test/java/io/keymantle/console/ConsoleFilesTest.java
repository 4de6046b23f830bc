package io.keymantle.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.api.PagePort.Page;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/// What the build makes of the console.
final class ConsoleFilesTest {
  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import)\\s*\\(?\\s*[\"']([^\"']+)[\"']");
  private static final int SCRIPT_LIMIT = 100_000;

  private final ConsoleFiles files = new ConsoleFiles();

  @Test
  void firstPage_loadsOnlyFilesThatAreServed() throws IOException {
    Matcher paths = Pattern.compile("\"(/(?:app|lit)[^\"]*)\"").matcher(withoutMap(text("/")));

    int found = 0;
    while (paths.find()) {
      found++;
      assertThat(files.page(paths.group(1))).as(paths.group(1)).isPresent();
    }
    assertThat(found).isGreaterThan(8);
  }

  @Test
  void policy_allowsTheImportMap_andNoOtherScriptInThePage() throws Exception {
    String page = text("/");
    String map = importMap(page);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(map.getBytes(StandardCharsets.UTF_8));

    assertThat(files.policy())
        .contains("script-src 'self' 'sha256-" + Base64.getEncoder().encodeToString(hash) + "';")
        .contains("require-trusted-types-for 'script'")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(withoutMap(page))
        .doesNotContain("<style")
        .doesNotContain(" style=")
        .doesNotContain(" on");
  }

  @Test
  void everyImport_leadsToAFileThatIsServed_andNoFileIsServedForNothing() throws IOException {
    Set<String> reached = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(mapped("/app/main.js")));
    while (!open.isEmpty()) {
      String path = open.pop();
      if (!reached.add(path)) {
        continue;
      }
      assertThat(files.page(path)).as(path).isPresent();
      Matcher imports = IMPORT.matcher(text(path));
      while (imports.find()) {
        open.push(mapped(resolved(path, imports.group(1))));
      }
    }
    assertThat(reached).isEqualTo(scripts());
  }

  @Test
  void allScripts_areSmall() {
    int bytes = scripts().stream().mapToInt(path -> page(path).gzip().remaining()).sum();

    assertThat(bytes).isPositive().isLessThan(SCRIPT_LIMIT);
  }

  @Test
  void files_areKeptForEverByTheNameOfTheirContent_butForTheFirstPage() {
    assertThat(page("/").immutable()).isFalse();
    assertThat(scripts()).allSatisfy(path -> assertThat(page(path).immutable()).isTrue());
    assertThat(files.page("/served.txt")).isEmpty();
    assertThat(files.page("/../pom.xml")).isEmpty();
  }

  @Test
  void everyModuleOfTheSources_isServed() throws IOException {
    try (Stream<Path> sources = Files.list(Path.of("src/main/web/app"))) {
      Set<String> names =
          sources
              .map(each -> "/app/" + each.getFileName())
              .filter(name -> name.endsWith(".js"))
              .collect(Collectors.toSet());
      assertThat(names).allSatisfy(name -> assertThat(mapped(name)).isNotEqualTo(name));
    }
  }

  private Page page(String path) {
    return files.page(path).orElseThrow();
  }

  private String text(String path) throws IOException {
    byte[] compressed = new byte[page(path).gzip().remaining()];
    page(path).gzip().duplicate().get(compressed);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String importMap(String page) {
    int start =
        page.indexOf("<script type=\"importmap\">") + "<script type=\"importmap\">".length();
    return page.substring(start, page.indexOf("</script>", start));
  }

  private static String withoutMap(String page) {
    return page.replace(importMap(page), "");
  }

  /// Every script that the import map names.
  private Set<String> scripts() {
    try {
      return Pattern.compile(":\"(/[^\"]+)\"")
          .matcher(importMap(text("/")))
          .results()
          .map(found -> found.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String mapped(String specifier) throws IOException {
    Matcher entry =
        Pattern.compile("\"" + Pattern.quote(specifier) + "\":\"([^\"]+)\"")
            .matcher(importMap(text("/")));
    return entry.find() ? entry.group(1) : specifier;
  }

  /// As a browser resolves it: against the path that the module was loaded from.
  private static String resolved(String from, String specifier) {
    return specifier.startsWith(".")
        ? Path.of(from).resolveSibling(specifier).normalize().toString()
        : specifier;
  }
}
