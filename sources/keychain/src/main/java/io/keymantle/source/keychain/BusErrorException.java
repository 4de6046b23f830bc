package io.keymantle.source.keychain;

/// A call was answered with an error.
final class BusErrorException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String name;

  /// @param name of the error; its message is left out, for it may repeat what was sent
  BusErrorException(String name) {
    super("the call was answered with an error", null, false, false);
    this.name = name.matches("[A-Za-z0-9._-]{1,64}") ? name : "an error without a name";
  }

  String name() {
    return name;
  }
}
