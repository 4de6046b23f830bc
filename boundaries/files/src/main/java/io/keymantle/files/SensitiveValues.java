package io.keymantle.files;

import java.util.ArrayList;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The values of a file that are secrets by where they stand or how they look, each with why.
final class SensitiveValues {
  /// What is hidden of a value, and how far it is a secret of its own.
  enum Sort {
    /// A plaintext secret.
    SECRET,
    /// The id of a SecretRef, or a line of `secrets`: hidden as OpenClaw hides it, but no secret.
    DESCRIPTION
  }

  /// Why a value is hidden.
  record Reason(Sort sort, SecretPart part) {}

  private static final Pattern RANDOM = Pattern.compile("[A-Za-z0-9+/_=.~-]{20,}");

  /// Where the gateway writes a value over; see [Protection#TOKEN].
  private static final Pattern PLACE = Pattern.compile("<credential:[a-z0-9][a-z0-9._-]{0,63}>");

  private static final Pattern SCHEME_ONLY =
      Pattern.compile("\\s*(?i:bearer|basic|bot|token)?\\s*");

  private final IdentityHashMap<Node, Reason> reasons = new IdentityHashMap<>();
  private final List<String> secrets = new ArrayList<>();

  private SensitiveValues() {}

  static SensitiveValues of(ConfigurationText text, SchemaFields schema) {
    SensitiveValues found = new SensitiveValues();
    found.walk(text.root(), FieldPath.root(schema), false);
    for (ConfigurationText.Comment comment : text.comments()) {
      CommentSecrets.assigned(text.slice(comment.start(), comment.end())).stream()
          .filter(CommentSecrets::hasDigit)
          .forEach(found.secrets::add);
    }
    return found;
  }

  Optional<Reason> reason(Node node) {
    return Optional.ofNullable(reasons.get(node));
  }

  /// The plaintext secrets and what else of them is a secret by itself, for a search elsewhere.
  List<String> secrets() {
    return secrets;
  }

  /// @param whole whether everything here is part of one secret
  private void walk(Node node, FieldPath path, boolean whole) {
    boolean inside = whole || SensitivePaths.isWholeSecret(path);
    switch (node) {
      case Node.Members members -> {
        Optional<SecretReference> reference = SecretReference.in(members);
        if (reference.isPresent()) {
          hideReference(reference.get());
          return;
        }
        members
            .members()
            .forEach(member -> walk(member.value(), path.member(member.key()), inside));
      }
      case Node.Elements elements -> {
        int index = 0;
        for (Node element : elements.elements()) {
          walk(element, path.element(index++), inside);
        }
      }
      case Node.Text text -> judge(text, text.value(), path, whole);
      case Node.Literal literal -> {
        if (literal.isNumber() && (whole || !SensitivePaths.isDescription(path))) {
          judge(literal, literal.token(), path, whole);
        }
      }
    }
  }

  private void hideReference(SecretReference reference) {
    if (reference.id() instanceof Node.Text id
        && !id.value().isBlank()
        && !EnvironmentReference.isWhole(id.value())) {
      reasons.put(
          id, new Reason(Sort.DESCRIPTION, SecretPart.whole(id.value(), "is a SecretRef's id")));
    }
  }

  private void judge(Node node, String value, FieldPath path, boolean whole) {
    if (value.isBlank()
        || value.equals(Sentinel.TEXT)
        || EnvironmentReference.isWhole(value)
        || PLACE.matcher(value).matches()) {
      return;
    }
    Optional<SecretPart> look =
        SecretShapes.in(value).or(() -> SecretUrls.in(value)).or(() -> random(value, path));
    Optional<String> named =
        whole ? Optional.of("is part of a secret object") : SensitivePaths.why(path);
    if (look.isEmpty() && named.isEmpty()) {
      hideMisplaced(node, value, path);
      return;
    }
    boolean described = look.isEmpty() && SensitivePaths.isDescription(path);
    if (described || (look.isEmpty() && onlyReferences(value))) {
      reasons.put(node, new Reason(Sort.DESCRIPTION, SecretPart.whole(value, "names a secret")));
      return;
    }
    SecretPart part = look.orElseGet(() -> SecretPart.whole(value, named.orElseThrow()));
    reasons.put(node, new Reason(Sort.SECRET, part));
    remember(value, part);
  }

  /// Text in place of an object that has a credential by the schema, which OpenClaw hides too: it
  /// may be that credential in the wrong place.
  private void hideMisplaced(Node node, String value, FieldPath path) {
    if (node instanceof Node.Text && path.schema().leadsToCredential()) {
      reasons.put(
          node,
          new Reason(Sort.DESCRIPTION, SecretPart.whole(value, "stands in a credential's object")));
    }
  }

  /// `Bearer ${TOKEN}`, `Bearer <credential:x>` and the like.
  private static boolean onlyReferences(String value) {
    String rest = PLACE.matcher(EnvironmentReference.without(value)).replaceAll("");
    return !rest.equals(value) && SCHEME_ONLY.matcher(rest).matches();
  }

  /// Text of an environment that reads like a key: long, of both letters and digits, no path or
  /// URL.
  private static Optional<SecretPart> random(String value, FieldPath path) {
    boolean likely =
        SensitivePaths.isEnvironment(path)
            && RANDOM.matcher(value).matches()
            && !value.startsWith("/")
            && !value.startsWith("-")
            && value.chars().anyMatch(Character::isDigit)
            && value.chars().anyMatch(Character::isLetter)
            && value.chars().distinct().count() >= 12;
    return likely ? Optional.of(SecretPart.whole(value, "looks random")) : Optional.empty();
  }

  private void remember(String value, SecretPart part) {
    secrets.add(value);
    String secret = part.of(value);
    if (!secret.equals(value)) {
      secrets.add(secret);
    }
    EnvironmentReference.literal(value)
        .filter(plain -> !plain.equals(value))
        .ifPresent(secrets::add);
    Matcher user = Pattern.compile("(?i)basic\\s+([A-Za-z0-9+/=]{8,})").matcher(value);
    if (user.find()) {
      decoded(user.group(1)).ifPresent(secrets::add);
    }
  }

  /// The password in the base64 of `Basic`.
  private static Optional<String> decoded(String base64) {
    try {
      String login =
          new String(Base64.getDecoder().decode(base64), java.nio.charset.StandardCharsets.UTF_8);
      int colon = login.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(login.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
