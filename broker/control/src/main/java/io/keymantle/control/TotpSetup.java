package io.keymantle.control;

import java.util.List;

/// A new seed as its person sees it, once.
///
/// @param enrolment tells it from another one of the person
/// @param uri what the QR code holds, for authenticators that take it as text
/// @param secret the seed in base32, for typing it
/// @param qr the QR code without its quiet zone: a row of modules each, `1` for a dark one
public record TotpSetup(String enrolment, String uri, String secret, List<String> qr) {
  public TotpSetup {
    qr = List.copyOf(qr);
  }

  @Override
  public String toString() {
    return "TotpSetup[" + enrolment + "]";
  }
}
