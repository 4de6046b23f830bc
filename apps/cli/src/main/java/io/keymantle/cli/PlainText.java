package io.keymantle.cli;

/// Text that others have chosen, such as names at a provider, as a terminal may show it.
final class PlainText {
  private PlainText() {}

  /// The same with `?` for what steers a terminal or turns the order of text around. JSON needs
  /// none of it: there such characters are escaped.
  static String of(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }
}
