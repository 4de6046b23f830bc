/// One-time codes by RFC 4226 and RFC 6238. Use [Totp] for the code of a seed at a time step, and
/// [OtpSeed] to read a seed as people are given one (base32 or an `otpauth:` URI) or to write it
/// for an authenticator. JDK only; nothing here keeps a seed.
@NullMarked
package io.keymantle.otp;

import org.jspecify.annotations.NullMarked;
