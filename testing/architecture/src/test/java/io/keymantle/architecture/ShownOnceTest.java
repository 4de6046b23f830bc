package io.keymantle.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// docs/design.md §4: what must be shown once to the person or agent that it is made for is listed
/// in docs/threat-model.md, and no other reply of the API carries anything of the kind.
class ShownOnceTest {
  private static final Pattern WRITTEN =
      Pattern.compile(
          "(?:writeStringProperty\\(|texts\\(json, )"
              + "\"(token|bare|secret|uri|qr|recoveryCodes|setup|csrf|password|code|seed|value)\"");
  private static final Pattern LISTED = Pattern.compile("`(\\w+Routes|Views): (\\w+)`");

  @Test
  void everything_that_a_reply_shows_once_is_listed_and_the_list_names_nothing_else() {
    Set<String> written = new TreeSet<>();
    for (Path file : Sources.main()) {
      if (Sources.relative(file).startsWith("faces/api/")) {
        String name = file.getFileName().toString().replace(".java", "");
        Matcher found = WRITTEN.matcher(Sources.text(file));
        while (found.find()) {
          written.add(name + ": " + found.group(1));
        }
      }
    }
    // What went wrong has a code of its own, which is none of a person's.
    written.removeIf(each -> each.matches("(Problems|ValidityAnswer|ExecAnswer): code"));

    String page = Sources.text(Sources.ROOT.resolve("docs/threat-model.md"));
    String below = page.substring(page.indexOf("## Shown once"));
    Set<String> listed = new TreeSet<>();
    Matcher row = LISTED.matcher(below.substring(0, below.indexOf("\n## ", 3)));
    while (row.find()) {
      listed.add(row.group(1) + ": " + row.group(2));
    }
    assertThat(written).isNotEmpty().isEqualTo(listed);
  }
}
