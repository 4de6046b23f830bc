package io.keymantle.redaction;

/// A byte string to mask: one value in one encoding.
///
/// @param bytes at least four bytes; plaintext, zeroed by [RedactionSet#compile] when it is done
/// @param label what the mask shows
/// @param encoding the name that [Redactor.Sink#hit] is told
@SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
record Pattern(byte[] bytes, String label, String encoding) {
  @Override
  public String toString() {
    return "[pattern " + label + " " + encoding + "]";
  }
}
