package io.keymantle.files;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.io.JsonStringEncoder;

/// What comes in the place of a plaintext secret whose value moves to the store.
public enum Protection {
  /// OpenClaw's `${NAME}`: any text takes it; what starts OpenClaw sets the variable, such as
  /// `keymantle run --credential`, which sets it to a broker token.
  ENV,
  /// A SecretRef to the same variable, where OpenClaw's schema takes one: a missing variable is
  /// then an error at the start instead of text that goes out as it is.
  REF,
  /// The text `<credential:NAME>`, in fields that leave OpenClaw as an HTTP header and nowhere
  /// else: the gateway writes the value over it (`--inject always`).
  TOKEN;

  /// @throws RefusedException with `invalid_request`
  public static Protection parse(String text) {
    for (Protection each : values()) {
      if (each.toString().equals(text)) {
        return each;
      }
    }
    throw RefusedException.of(
        ErrorCode.INVALID_REQUEST, "a secret is protected as env, ref or token", "use one of them");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What can be done with a part of a value at a path.
  static List<String> possible(FieldPath path, String value, SecretPart part) {
    List<String> possible = new ArrayList<>();
    for (Protection each : values()) {
      if (each.obstacle(path, value, part).isEmpty()) {
        possible.add(each.toString());
      }
    }
    return possible;
  }

  /// @throws RefusedException with `invalid_request` and the reason when this cannot be done there
  void require(FieldPath path, String value, SecretPart part) {
    String obstacle = obstacle(path, value, part);
    if (!obstacle.isEmpty()) {
      List<String> others = possible(path, value, part);
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          path + ": " + obstacle,
          others.isEmpty()
              ? "replace the value by hand"
              : "protect it as " + String.join(" or ", others));
    }
  }

  private String obstacle(FieldPath path, String value, SecretPart part) {
    if (EnvironmentReference.literal(part.of(value)).isEmpty()) {
      return "a part of the value comes from a variable already";
    }
    Set<SchemaFields.Trait> traits = path.schema().traits();
    return switch (this) {
      case ENV -> "";
      case REF -> {
        if (!traits.contains(SchemaFields.Trait.REFERENCE)) {
          yield "OpenClaw takes text only in this field, no SecretRef";
        }
        yield part.of(value).equals(value) ? "" : "the secret is only a part of the value";
      }
      case TOKEN ->
          traits.contains(SchemaFields.Trait.HEADER)
              ? ""
              : "the gateway cannot write over it: the field is not known to leave as an HTTP"
                  + " header only";
    };
  }

  /// What stands in the file from now on, in place of the whole string.
  ///
  /// @param provider the alias of OpenClaw's environment provider
  String replacement(
      String value, SecretPart part, CredentialName name, String variable, String provider) {
    return switch (this) {
      case ENV ->
          quoted(
              value.substring(0, part.start())
                  + EnvironmentReference.to(variable)
                  + value.substring(part.end()));
      case REF -> "{ source: \"env\", provider: \"" + provider + "\", id: \"" + variable + "\" }";
      case TOKEN ->
          quoted(
              value.substring(0, part.start())
                  + "<credential:"
                  + name
                  + ">"
                  + value.substring(part.end()));
    };
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
  }
}
