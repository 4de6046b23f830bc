package io.keymantle.control;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.ArrayList;
import java.util.List;

/// Reads the `credentials` object of an openclaw.json (JSON5). Everything else in the file is left
/// alone. Within the object every key is checked: an unknown one is refused by its name.
public final class CredentialImport {
  /// How many credentials one import may hold.
  static final int LIMIT = 10_000;

  private CredentialImport() {}

  /// @param text the whole file
  /// @return the credentials in the order of the file
  /// @throws RefusedException with `invalid_configuration`, `invalid_binding` or `invalid_name`,
  ///   with path and line
  public static List<CredentialSpec> parse(String text) {
    Tree tree = Json5Reader.read(text);
    if (!(tree instanceof Tree.Fields file) || !file.members().containsKey("credentials")) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "the file has no credentials object",
          "write { \"credentials\": { \"github-api\": { \"allowedAgents\": [\"main\"] } } }");
    }
    Tree credentials = file.members().get("credentials");
    KeyPath path = KeyPath.root("credentials");
    if (!(credentials instanceof Tree.Fields named)) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "line " + tree.line() + ": credentials is an object",
          "write { \"credentials\": { … } }");
    }
    if (named.members().size() > LIMIT) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "one import holds at most " + LIMIT + " credentials",
          "import them in parts");
    }
    List<CredentialSpec> specs = new ArrayList<>();
    named
        .members()
        .forEach((key, value) ->
            specs.add(
                CredentialCodec.read(
                    name(path.member(key), key, value.line()), path.member(key), value)));
    return specs;
  }

  private static CredentialName name(KeyPath path, String key, int line) {
    try {
      return new CredentialName(key);
    } catch (RefusedException e) {
      throw RefusedException.of(
          e.problem().code(),
          "line " + line + ", " + path + ": " + e.problem().message(),
          e.problem().fix());
    }
  }
}
