package io.keymantle.files;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Which fields hold secrets by their path: OpenClaw's own rules, and few more of ours.
///
/// OpenClaw matches the whole dotted path, so that everything below `secrets` is sensitive, also
/// what only describes a provider; that part counts as shown elsewhere, and is no finding.
final class SensitivePaths {
  private static final List<Pattern> OPENCLAW =
      List.of(
          Pattern.compile("token$", Pattern.CASE_INSENSITIVE),
          Pattern.compile("password", Pattern.CASE_INSENSITIVE),
          Pattern.compile("secret", Pattern.CASE_INSENSITIVE),
          Pattern.compile("api.?key", Pattern.CASE_INSENSITIVE),
          Pattern.compile("encrypt.?key", Pattern.CASE_INSENSITIVE),
          Pattern.compile("private.?key", Pattern.CASE_INSENSITIVE),
          Pattern.compile("serviceaccount(?:ref)?$", Pattern.CASE_INSENSITIVE));

  private static final List<String> EXEMPT =
      List.of(
          "maxtokens",
          "maxoutputtokens",
          "maxinputtokens",
          "maxcompletiontokens",
          "contexttokens",
          "totaltokens",
          "tokencount",
          "tokenlimit",
          "tokenbudget",
          "passwordfile");

  /// Names that OpenClaw's rules do not have, each the whole end of a path.
  private static final Pattern OURS =
      Pattern.compile(
          "(?:^|[._-])(?:authorization|cookie|passphrase|passwd|pwd|credential)$",
          Pattern.CASE_INSENSITIVE);

  private SensitivePaths() {}

  /// Why the path is one of a secret, or empty.
  static Optional<String> why(FieldPath path) {
    Set<SchemaFields.Trait> traits = path.schema().traits();
    if (!traits.isEmpty()) {
      return Optional.of("is a credential field of OpenClaw");
    }
    String label =
        path.label().endsWith("[]")
            ? path.label().substring(0, path.label().length() - 2)
            : path.label();
    return isNamedSo(label) ? Optional.of("has the name of a secret") : Optional.empty();
  }

  /// Whether a path, or a name of its own, is one of a secret.
  static boolean isNamedSo(String label) {
    String lower = label.toLowerCase(Locale.ROOT);
    if (lower.contains("localservice.env.")) {
      return true;
    }
    if (EXEMPT.stream().anyMatch(lower::endsWith)) {
      return false;
    }
    return OPENCLAW.stream().anyMatch(pattern -> pattern.matcher(label).find())
        || OURS.matcher(label).find();
  }

  /// Below such a path every string is part of one secret.
  static boolean isWholeSecret(FieldPath path) {
    String lower = path.label().toLowerCase(Locale.ROOT);
    return lower.endsWith("serviceaccount")
        || lower.endsWith("serviceaccountref")
        || !path.schema().traits().isEmpty();
  }

  /// Whether the path only describes where secrets come from.
  static boolean isDescription(FieldPath path) {
    return path.label().startsWith("secrets.");
  }

  /// Environments of programs, where any text may be a secret.
  static boolean isEnvironment(FieldPath path) {
    return path.label().matches("(?i)(?:.*\\.)?env\\.(?:vars\\.)?[^.]+|(?:.*\\.)?args\\[]");
  }
}
