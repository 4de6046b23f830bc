package io.keymantle.domain;

import java.util.regex.Pattern;

/// Where a credential's value lives, as `scheme:locator`: `store`, `env:NAME`,
/// `file:/path#/json/pointer`, `exec:/path args`. Never the value itself.
public record SourceReference(String scheme, String locator) {
  private static final Pattern SCHEME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  /// The built-in encrypted store.
  public static final SourceReference STORE = new SourceReference("store", "");

  public SourceReference {
    if (!SCHEME.matcher(scheme).matches()) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "a source is store, env:NAME, file:PATH or exec:COMMAND",
          "leave --source out to keep the value in Keymantle's own store");
    }
  }

  public static SourceReference parse(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new SourceReference(text, "")
        : new SourceReference(text.substring(0, colon), text.substring(colon + 1));
  }

  public boolean isStore() {
    return scheme.equals("store");
  }

  @Override
  public String toString() {
    return locator.isEmpty() ? scheme : scheme + ":" + locator;
  }
}
