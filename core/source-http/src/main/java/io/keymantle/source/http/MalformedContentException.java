package io.keymantle.source.http;

/// The content of a file is not what its reference takes it for. The message says what, without a
/// word of the content, and reads on from the file's name.
public final class MalformedContentException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedContentException(String message) {
    super(message, null, false, false);
  }
}
