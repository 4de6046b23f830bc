package io.keymantle.source.azure;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ItemReference;
import java.util.List;
import java.util.regex.Pattern;

/// Which object of a vault, and which version of it.
record AzureReference(Kind kind, String name, ItemReference item) {
  /// What a vault keeps.
  enum Kind {
    SECRET("secret", "secrets"),
    /// A certificate with its private key.
    CERTIFICATE("certificate", "secrets"),
    /// A certificate alone.
    PUBLIC("cert", "certificates"),
    KEY("key", "keys");

    private final String word;
    private final String collection;

    Kind(String word, String collection) {
      this.word = word;
      this.collection = collection;
    }

    /// What references begin with.
    String prefix() {
      return word + "/";
    }

    /// Where the API has it.
    String collection() {
      return collection;
    }
  }

  private static final Pattern ITEM =
      Pattern.compile("((secret|certificate|cert|key)/)?[0-9A-Za-z-]{1,127}");

  /// @throws RefusedException with `invalid_configuration` when it is none
  static AzureReference parse(SourceReference reference) {
    String form =
        reference.scheme()
            + ":NAME, or one of secret/NAME, certificate/NAME, cert/NAME, key/NAME, with"
            + " ?version=ID, and #KEY of JSON";
    ItemReference item = ItemReference.parse(reference, ITEM, List.of("version"), form);
    if (!item.chosen().matches("([0-9A-Fa-f]{32})?")) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION, "a version here has 32 hex digits", "write " + form);
    }
    for (Kind kind : Kind.values()) {
      if (item.item().startsWith(kind.prefix())) {
        return new AzureReference(kind, item.item().substring(kind.prefix().length()), item);
      }
    }
    return new AzureReference(Kind.SECRET, item.item(), item);
  }

  /// As the API's document has it: without a version there is still its slash.
  String path() {
    return "/" + kind.collection() + "/" + name + "/" + item.chosen();
  }

  /// The same without the member, where that is not one of JSON.
  ItemReference whole() {
    return new ItemReference(item.item(), item.selector(), item.chosen(), "");
  }
}
