package io.keymantle.source.kubernetes;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ItemReference;
import java.util.List;
import java.util.regex.Pattern;

/// Which Secret a reference names, and what of it: `NAMESPACE/NAME/KEY`, or `NAMESPACE/NAME` for
/// all keys as JSON; then `#member` of a value that is JSON.
///
/// @param key empty for all keys
/// @param item the member that is wanted, and what messages call the whole
record SecretPath(String namespace, String name, String key, ItemReference item) {
  static final String KEY = "[-._A-Za-z0-9]{1,253}";
  static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final String SUBDOMAIN = "[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?";
  private static final Pattern PATH =
      Pattern.compile("(" + LABEL + ")/(" + SUBDOMAIN + ")(/" + KEY + ")?");

  /// @throws RefusedException with `invalid_configuration` when it is none
  static SecretPath parse(SourceReference reference) {
    String form = reference.scheme() + ":NAMESPACE/NAME/KEY, with #MEMBER where that value is JSON";
    if (reference.locator().replaceFirst("#.*", "").contains("?")) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "Kubernetes keeps no earlier versions of a Secret",
          "write " + form);
    }
    ItemReference item = ItemReference.parse(reference, PATH, List.of(), form);
    String[] steps = item.item().split("/", 3);
    if (steps.length == 3) {
      return new SecretPath(steps[0], steps[1], steps[2], item);
    }
    // One key of all of them need not share its Secret with text only, as the whole has to.
    return item.member().matches(KEY)
        ? new SecretPath(
            steps[0],
            steps[1],
            item.member(),
            new ItemReference(item.item() + "/" + item.member(), "", "", ""))
        : new SecretPath(steps[0], steps[1], "", item);
  }

  /// Where the API has the Secret.
  String path() {
    return "/api/v1/namespaces/" + namespace + "/secrets/" + name;
  }
}
