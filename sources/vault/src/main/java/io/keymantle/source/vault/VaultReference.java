package io.keymantle.source.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.JsonString;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What `MOUNT/PATH?PARAMETER=VALUE#KEY` names. Path and parameters are percent-decoded, so that a
/// name may have `%`, `?` and `#` in it; the key stands as it is.
///
/// @param path with the engine's mount in front
/// @param field a key, or a JSON pointer; empty for the whole secret
record VaultReference(
    String path, SequencedMap<String, String> parameters, Optional<String> field) {
  private static final int LONGEST = 2048;
  private static final String FORM = "write it as secret/app#password, with ?version=2 before #";

  static VaultReference parse(SourceReference reference) {
    String text = reference.locator();
    int hash = text.indexOf('#');
    String address = hash < 0 ? text : text.substring(0, hash);
    int question = address.indexOf('?');
    String path = decoded(reference, question < 0 ? address : address.substring(0, question));
    if (text.length() > LONGEST || !isPath(path)) {
      throw refused(reference, "names no secret of an engine");
    }
    Optional<String> field =
        hash < 0
            ? Optional.empty()
            : Optional.of(requireField(reference, text.substring(hash + 1)));
    SequencedMap<String, String> parameters =
        question < 0
            ? new LinkedHashMap<>()
            : parameters(reference, address.substring(question + 1));
    String version = parameters.get("version");
    if (version != null && !version.matches("[1-9]\\d{0,8}")) {
      throw refused(reference, "has no number as its version");
    }
    return new VaultReference(path, parameters, field);
  }

  private static boolean isPath(String path) {
    return path.contains("/")
        && path.chars().noneMatch(Character::isISOControl)
        && List.of(path.split("/", -1)).stream()
            .noneMatch(step -> step.isBlank() || step.equals(".") || step.equals(".."));
  }

  private static String requireField(SourceReference reference, String field) {
    if (field.isEmpty() || (field.startsWith("/") && !JsonString.isPointer(field))) {
      throw refused(reference, "has neither a key nor a JSON pointer after #");
    }
    return field;
  }

  private static SequencedMap<String, String> parameters(SourceReference reference, String query) {
    SequencedMap<String, String> found = new LinkedHashMap<>();
    for (String each : query.split("&", -1)) {
      int equals = each.indexOf('=');
      if (equals < 1
          || found.put(each.substring(0, equals), decoded(reference, each.substring(equals + 1)))
              != null) {
        throw refused(reference, "has a parameter without a value, or twice");
      }
    }
    return found;
  }

  /// A plus sign stays one, for base64 has it.
  private static String decoded(SourceReference reference, String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused(reference, "has a % that is no escape");
    }
  }

  private static RefusedException refused(SourceReference reference, String what) {
    return RefusedException.of(
        ErrorCode.INVALID_CONFIGURATION, "a " + reference.scheme() + " reference " + what, FORM);
  }

  /// The reference to a whole secret.
  static SourceReference to(String scheme, String path) {
    return new SourceReference(
        scheme, path.replace("%", "%25").replace("?", "%3F").replace("#", "%23"));
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /// The parameters as they go into an address, with the question mark; empty for none.
  String query() {
    return parameters.isEmpty()
        ? ""
        : parameters.entrySet().stream()
            .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
            .collect(Collectors.joining("&", "?", ""));
  }

  static String encoded(String step) {
    return URLEncoder.encode(step, UTF_8).replace("+", "%20");
  }
}
