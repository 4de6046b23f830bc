package io.keymantle.source.onepassword;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ItemReference;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which field or file a reference names, as `op://` does: `VAULT/ITEM/FIELD` or
/// `VAULT/ITEM/SECTION/FIELD`, each by id or name; `VAULT/ITEM` for its password or credential, and
/// `VAULT/ITEM?attribute=fields` for all of its fields.
///
/// @param section empty for any
/// @param field empty for the item's own password or credential
/// @param whole its `?attribute=` and `#member`
record OnePasswordReference(
    String vault,
    String item,
    Optional<String> section,
    Optional<String> field,
    ItemReference whole) {
  private static final Pattern PATH =
      Pattern.compile("(//)?[^/?#\\p{Cntrl}]+(/[^/?#\\p{Cntrl}]+){1,3}");

  /// What of a field or file is wanted.
  enum Attribute {
    VALUE,
    OTP,
    CONTENT,

    /// All fields of an item, as one JSON object.
    FIELDS
  }

  /// @throws RefusedException with `invalid_configuration` when it is none
  static OnePasswordReference parse(SourceReference reference) {
    String form =
        reference.scheme()
            + ":VAULT/ITEM/FIELD or VAULT/ITEM/SECTION/FIELD, with ?attribute=otp for the code of"
            + " the moment";
    ItemReference whole = ItemReference.parse(reference, PATH, List.of("attribute"), form);
    if (!List.of("", "value", "otp", "content", "fields").contains(whole.chosen())) {
      throw refused("there is no attribute of that name", form);
    }
    List<String> steps =
        Arrays.stream(whole.item().replaceFirst("^//", "").split("/", -1))
            .map(step -> decoded(step, form))
            .toList();
    boolean named = steps.size() > 2;
    if (named && whole.chosen().equals("fields")) {
      throw refused("?attribute=fields is of a whole item", "VAULT/ITEM?attribute=fields");
    }
    return new OnePasswordReference(
        steps.get(0),
        steps.get(1),
        steps.size() == 4 ? Optional.of(steps.get(2)) : Optional.empty(),
        named ? Optional.of(steps.getLast()) : Optional.empty(),
        whole);
  }

  private static RefusedException refused(String message, String form) {
    return RefusedException.of(ErrorCode.INVALID_CONFIGURATION, message, "write " + form);
  }

  private static String decoded(String step, String form) {
    try {
      // A plus sign stands for itself here, other than in forms.
      String text = URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (!text.isBlank() && text.indexOf('\uFFFD') < 0) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw refused("a % is written %25 in a name", form);
  }

  /// A name as it stands in a reference.
  static String encoded(String name) {
    return name.replace("%", "%25").replace("/", "%2F").replace("?", "%3F").replace("#", "%23");
  }

  Attribute attribute() {
    return whole.chosen().isEmpty()
        ? Attribute.VALUE
        : Attribute.valueOf(whole.chosen().toUpperCase(java.util.Locale.ROOT));
  }
}
