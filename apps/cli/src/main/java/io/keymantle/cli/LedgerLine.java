package io.keymantle.cli;

import java.util.ArrayList;
import java.util.List;

/// One ledger entry as one line for people.
final class LedgerLine {
  private static final List<String> SHOWN =
      List.of("credential", "grant", "method", "destination", "path");

  private LedgerLine() {}

  static String of(JsonObject numbered) {
    JsonObject entry = numbered.object("entry");
    List<String> parts = new ArrayList<>();
    parts.add(numbered.text("index"));
    parts.add(entry.text("at"));
    parts.add(entry.text("actor"));
    parts.add(entry.text("kind") + "/" + entry.text("phase"));
    for (String name : SHOWN) {
      if (!entry.text(name).isEmpty()) {
        parts.add(entry.text(name));
      }
    }
    if (!entry.text("result").isEmpty()) {
      parts.add(entry.text("result"));
    }
    if (!entry.text("code").isEmpty()) {
      parts.add(entry.text("code"));
    }
    entry.object("detail").members().forEach((name, value) -> parts.add(name + "=" + value));
    return String.join("  ", parts);
  }
}
