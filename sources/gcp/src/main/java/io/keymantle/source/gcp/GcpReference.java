package io.keymantle.source.gcp;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ItemReference;
import java.util.List;
import java.util.regex.Pattern;

/// Which secret, and which version of it.
record GcpReference(ItemReference item) {
  /// It may have a domain before it, as in `example.com:my-project`, or be a number.
  static final String PROJECT = "[a-z0-9][a-z0-9.:-]{0,62}";

  static final String LOCATION = "[a-z0-9-]{1,32}";

  private static final String PARENT =
      "projects/" + PROJECT + "/(?:locations/" + LOCATION + "/)?secrets/";

  private static final Pattern NAME = Pattern.compile("(?:" + PARENT + ")?[A-Za-z0-9_-]{1,255}");

  /// A beginning of names, for a list.
  static final Pattern BEGINNING = Pattern.compile("(" + PARENT + ")?([A-Za-z0-9_-]{0,255})");

  /// A number, `latest`, or an alias.
  private static final Pattern VERSION =
      Pattern.compile("[1-9]\\d{0,18}|[A-Za-z][A-Za-z0-9_-]{0,62}");

  private static final String LATEST = "latest";

  /// @throws RefusedException with `invalid_configuration` when it is none
  static GcpReference parse(SourceReference reference) {
    String form =
        reference.scheme()
            + ":NAME or "
            + reference.scheme()
            + ":projects/PROJECT/secrets/NAME, with ?version=3, and #KEY of JSON";
    ItemReference item = ItemReference.parse(reference, NAME, List.of("version"), form);
    if (!item.selector().isEmpty() && !VERSION.matcher(item.chosen()).matches()) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "a version here is a number, an alias or latest",
          "write " + form);
    }
    return new GcpReference(item);
  }

  /// Empty where the reference names no project, and the settings' counts.
  String parent() {
    return item.item().substring(0, item.item().lastIndexOf('/') + 1);
  }

  /// The secret's own name with its version.
  String version() {
    return item.item().substring(item.item().lastIndexOf('/') + 1)
        + "/versions/"
        + (item.selector().isEmpty() ? LATEST : item.chosen());
  }
}
