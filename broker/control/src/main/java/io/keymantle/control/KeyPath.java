package io.keymantle.control;

/// Where something stands in configuration text, for messages.
record KeyPath(String text) {
  private static final int LONGEST = 64;

  static KeyPath root(String name) {
    return new KeyPath(printable(name));
  }

  KeyPath member(String key) {
    return new KeyPath(text + "." + printable(key));
  }

  KeyPath element(int index) {
    return new KeyPath(text + "[" + index + "]");
  }

  /// A key as it may stand in a message: printable ASCII, bounded.
  static String printable(String key) {
    String plain = key.replaceAll("[^ -~]", "?");
    return plain.length() > LONGEST ? plain.substring(0, LONGEST) + "…" : plain;
  }

  @Override
  public String toString() {
    return text;
  }
}
