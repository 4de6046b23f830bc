package io.keymantle.domain;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How secrets that are moved in are called, and which of them are. The name is made of the place
/// that a secret had: `OPENAI_API_KEY` and `openai/api.key` both give `openai-api-key`.
///
/// @param only patterns of credential names, `*` standing for any text; empty for all
/// @param prefix put before every name
/// @param folder what the places begin with and the names leave out, such as `secret/team/`
public record ImportNames(List<String> only, String prefix, String folder) {
  private static final int LONGEST = 64;
  private static final Pattern OTHER = Pattern.compile("[^a-z0-9]+");

  public ImportNames {
    only = List.copyOf(only);
  }

  /// @param place where the secret is, within its file or source
  /// @throws RefusedException with `invalid_name` when nothing of it can stand in a name
  public CredentialName name(String place) {
    String below = place.startsWith(folder) ? place.substring(folder.length()) : place;
    String plain = below.replaceAll("%[0-9A-Fa-f]{2}", "-");
    String words =
        OTHER
            .matcher(plain.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT))
            .replaceAll("-")
            .replaceAll("^-|-$", "");
    String name = prefix + words;
    return new CredentialName(name.length() <= LONGEST ? name : name.substring(0, LONGEST));
  }

  public boolean takes(CredentialName name) {
    return only.isEmpty() || only.stream().anyMatch(pattern -> matches(pattern, name.value()));
  }

  private static boolean matches(String pattern, String name) {
    String parts =
        List.of(pattern.split("\\*", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return name.matches(parts);
  }
}
