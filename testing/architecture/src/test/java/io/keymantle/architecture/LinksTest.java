package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Links between the pages lead somewhere.
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  @Test
  void every_relative_link_of_readme_and_docs_leads_to_a_file() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Sources.text(page));
      while (link.find()) {
        links++;
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          broken.add(Sources.relative(page) + " -> " + link.group(1));
        }
      }
    }
    assertThat(links).isPositive();
    assertThat(broken).isEmpty();
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(Sources.ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(Sources.ROOT.resolve("README.md"), Sources.ROOT.resolve("CHANGELOG.md")),
              docs.filter(file -> file.toString().endsWith(".md")))
          .toList();
    }
  }
}
