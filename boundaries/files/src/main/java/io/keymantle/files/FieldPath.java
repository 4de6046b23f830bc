package io.keymantle.files;

/// Where a value stands in an openclaw.json.
///
/// @param dotted for people, fit to be printed: `channels.list[0].token`
/// @param label as OpenClaw's rules read it: `channels.list[].token`
/// @param pointer RFC 6901: `/channels/list/0/token`
/// @param schema what OpenClaw's schema says of the place
record FieldPath(String dotted, String label, String pointer, SchemaFields schema) {
  /// Characters of a key that a message shows.
  private static final int LONGEST_KEY = 64;

  static FieldPath root(SchemaFields schema) {
    return new FieldPath("", "", "", schema);
  }

  FieldPath member(String key) {
    String dot = dotted.isEmpty() ? "" : ".";
    return new FieldPath(
        dotted + dot + printable(key),
        label + (label.isEmpty() ? "" : ".") + key,
        pointer + "/" + key.replace("~", "~0").replace("/", "~1"),
        schema.member(key));
  }

  FieldPath element(int index) {
    return new FieldPath(
        dotted + "[" + index + "]", label + "[]", pointer + "/" + index, schema.element());
  }

  private static String printable(String key) {
    String plain = key.replaceAll("[^ -~]", "?");
    return plain.length() > LONGEST_KEY ? plain.substring(0, LONGEST_KEY) + "…" : plain;
  }

  @Override
  public String toString() {
    return dotted.isEmpty() ? "the whole file" : dotted;
  }
}
