package io.keymantle.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Variables that look like secrets, by their names or by the shape of their values. Values are
/// looked at and never repeated.
final class AmbientSecrets {
  private static final List<String> NAMES =
      List.of(
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "ANTHROPIC_API_KEY",
          "OPENAI_API_KEY",
          "GITHUB_TOKEN",
          "GH_TOKEN",
          "GITLAB_TOKEN",
          "NPM_TOKEN",
          "PGPASSWORD",
          "MYSQL_PWD",
          "DATABASE_URL",
          "VAULT_TOKEN",
          "SLACK_TOKEN",
          "STRIPE_API_KEY",
          "HF_TOKEN",
          "GOOGLE_API_KEY",
          "GEMINI_API_KEY",
          "AZURE_CLIENT_SECRET",
          "CLOUDFLARE_API_TOKEN",
          "DIGITALOCEAN_TOKEN",
          "SENTRY_AUTH_TOKEN",
          "OP_SERVICE_ACCOUNT_TOKEN");

  private static final List<String> ENDINGS =
      List.of(
          "_TOKEN", "_SECRET", "_PASSWORD", "_API_KEY", "_ACCESS_KEY", "_PRIVATE_KEY", "_PASSWD");

  private static final Pattern SHAPE =
      Pattern.compile(
          "gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"
              + "|sk-[A-Za-z0-9_-]{16,}|(AKIA|ASIA)[A-Z0-9]{16}|xox[abeprs]-[A-Za-z0-9-]{10,}"
              + "|sk_live_[A-Za-z0-9]{16,}|rk_live_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{30,}"
              + "|AIza[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|hvs\\.[A-Za-z0-9_-]{20,}"
              + "|eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}"
              + "|-----BEGIN [A-Z ]*PRIVATE KEY-----|[a-z][a-z0-9+.-]*://[^/\\s:@]+:[^/\\s:@]+@");

  /// A broker token, an agent token or a session: worthless to keep out.
  private static final Pattern OWN = Pattern.compile("(<credential:.*>|km[tas]_[0-9A-Za-z]{40})");

  private AmbientSecrets() {}

  /// The names of such variables, sorted.
  static List<String> names(Map<String, String> environment) {
    TreeSet<String> found = new TreeSet<>();
    environment.forEach((name, value) -> {
      if (!value.isEmpty() && !OWN.matcher(value).matches() && looksSecret(name, value)) {
        found.add(name);
      }
    });
    return List.copyOf(found);
  }

  private static boolean looksSecret(String name, String value) {
    String upper = name.toUpperCase(Locale.ROOT);
    if (NAMES.contains(upper) || SHAPE.matcher(value).find()) {
      return true;
    }
    return value.length() >= 8 && ENDINGS.stream().anyMatch(upper::endsWith);
  }
}
