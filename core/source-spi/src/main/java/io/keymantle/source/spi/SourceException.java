package io.keymantle.source.spi;

/// Why a source did not give a value. Nothing in it is the value, or what the source answered.
public final class SourceException extends Exception {
  /// What a caller can do about it differs by these; [#mayPass] says whether trying again helps.
  public enum Reason {
    NOT_FOUND,
    PROPERTY_MISSING,
    FORBIDDEN,
    UNAUTHENTICATED,
    UNTRUSTED,
    REDIRECTED,
    MALFORMED,
    THROTTLED,
    TIMEOUT,
    UNAVAILABLE,
    FAILED;

    public boolean mayPass() {
      return this == THROTTLED || this == TIMEOUT || this == UNAVAILABLE;
    }
  }

  private final Reason reason;
  private final String fix;

  /// @param message what happened, with the provider's request id where it gave one
  /// @param fix the command or setting that mends it
  public SourceException(Reason reason, String message, String fix) {
    super(message);
    this.reason = reason;
    this.fix = fix;
  }

  public Reason reason() {
    return reason;
  }

  public String fix() {
    return fix;
  }
}
