package io.keymantle.files;

/// The part of a string that is a secret, and why it is taken for one.
///
/// @param start where it begins in the string, which may hold more: `Bearer sk-…`
/// @param why in words that hold no part of the value
record SecretPart(int start, int end, String why) {
  static SecretPart whole(String value, String why) {
    return new SecretPart(0, value.length(), why);
  }

  String of(String value) {
    return value.substring(start, end);
  }
}
