package io.keymantle.files;

import io.keymantle.domain.CredentialName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Names for what a path holds: `models.providers.openai.apiKey` gives the credential
/// `openai-api-key` and the variable `OPENAI_API_KEY`.
final class CredentialNaming {
  private static final int LONGEST = 60;

  /// Steps that say nothing about whose secret it is.
  private static final Set<String> FRAME =
      Set.of(
          "models",
          "providers",
          "channels",
          "plugins",
          "entries",
          "config",
          "accounts",
          "agents",
          "request",
          "headers",
          "env",
          "vars");

  private CredentialNaming() {}

  static CredentialName unused(FieldPath path, Set<String> taken) {
    String name = name(path);
    String candidate = name;
    for (int number = 2; taken.contains(candidate); number++) {
      candidate = name + "-" + number;
    }
    return new CredentialName(candidate);
  }

  private static String name(FieldPath path) {
    String[] steps = path.pointer().split("/");
    List<String> words = new ArrayList<>();
    for (int i = 1; i < steps.length; i++) {
      boolean last = i == steps.length - 1;
      if (last || !FRAME.contains(steps[i])) {
        words.add(steps[i].replaceAll("([a-z0-9])([A-Z])", "$1-$2"));
      }
    }
    String name =
        String.join("-", words)
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-+|-+$", "");
    if (name.isEmpty()) {
      return "openclaw-secret";
    }
    return name.length() <= LONGEST
        ? name
        : name.substring(name.length() - LONGEST).replaceAll("^-+", "");
  }

  /// The key itself where it is a variable's name already, as in `env.vars`.
  static String variable(FieldPath path, CredentialName name) {
    String last = path.pointer().substring(path.pointer().lastIndexOf('/') + 1);
    if (last.matches("[A-Z][A-Z0-9_]{1,127}")) {
      return last;
    }
    String variable = name.value().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    return Character.isDigit(variable.charAt(0)) ? "OPENCLAW_" + variable : variable;
  }
}
