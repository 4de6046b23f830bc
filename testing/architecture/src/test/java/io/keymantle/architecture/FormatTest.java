package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every Java file is as google-java-format writes it. To mend: run the formatter of that version
/// over the files that are named.
class FormatTest {
  @Test
  void every_file_is_formatted() {
    List<String> unformatted =
        Sources.all().parallelStream()
            .filter(file -> !isFormatted(file))
            .map(Sources::relative)
            .toList();
    assertThat(unformatted).isEmpty();
  }

  private static boolean isFormatted(Path file) {
    String text = Sources.text(file);
    try {
      return new Formatter().formatSourceAndFixImports(text).equals(text);
    } catch (FormatterException e) {
      return false;
    }
  }
}
