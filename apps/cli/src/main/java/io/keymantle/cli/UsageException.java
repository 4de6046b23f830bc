package io.keymantle.cli;

/// The command was typed wrongly. The message never repeats what was typed but for the name of an
/// option: an argument may be a value in the wrong place.
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String fix;

  public UsageException(String message, String fix) {
    super(message, null, false, false);
    this.fix = fix;
  }

  String fix() {
    return fix;
  }
}
