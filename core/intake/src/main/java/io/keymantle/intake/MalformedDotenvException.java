package io.keymantle.intake;

/// A dotenv file does not follow the grammar. Nothing of a value is in the message, which goes on
/// after the file's name: `sets the variable twice`.
public final class MalformedDotenvException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedDotenvException(String message) {
    super(message);
  }
}
