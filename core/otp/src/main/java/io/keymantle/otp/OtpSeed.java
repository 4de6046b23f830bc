package io.keymantle.otp;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// A seed with the shape of its codes, as a service gives one to a person: base32 text, or an
/// `otpauth://totp/` URI (the de-facto "Key URI Format"). Whoever holds one zeroes it by [#close].
///
/// The text is read as bytes and never becomes a `String`, which could not be zeroed.
public final class OtpSeed implements AutoCloseable {
  private static final byte[] SCHEME = "otpauth://".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TYPE = "otpauth://totp/".getBytes(StandardCharsets.US_ASCII);

  /// RFC 4226 §4 asks for 128 bits; services are known that give 80.
  private static final int SHORTEST = 10;

  private final Totp totp;
  private final byte[] seed;

  private OtpSeed(Totp totp, byte[] seed) {
    this.totp = totp;
    this.seed = seed;
  }

  /// Reads base32 (six digits of SHA-1) or a URI with its own `digits` and `algorithm`.
  ///
  /// @throws RefusedException with `value_unusable`, never with a part of the text
  public static OtpSeed parse(byte[] text, int offset, int length) {
    int from = offset;
    int to = offset + length;
    while (from < to && text[from] <= ' ' && text[from] >= 0) {
      from++;
    }
    while (to > from && text[to - 1] <= ' ' && text[to - 1] >= 0) {
      to--;
    }
    return startsWith(text, from, to, SCHEME)
        ? ofUri(text, from, to)
        : new OtpSeed(Totp.DEFAULT, base32(text, from, to));
  }

  private static OtpSeed ofUri(byte[] text, int from, int to) {
    if (!startsWith(text, from, to, TYPE)) {
      throw unusable("the otpauth URI is not of type totp");
    }
    OtpAlgorithm algorithm = OtpAlgorithm.SHA1;
    int digits = Totp.DEFAULT.digits();
    byte[] seed = {};
    int at = indexOf(text, from, to, '?');
    while (at < to) {
      int end = indexOf(text, at + 1, to, '&');
      int equals = indexOf(text, at + 1, end, '=');
      String name = ascii(text, at + 1, equals);
      int value = Math.min(equals + 1, end);
      switch (name) {
        case "secret" -> {
          Arrays.fill(seed, (byte) 0);
          seed = base32(text, value, end);
        }
        case "algorithm" -> algorithm = algorithm(ascii(text, value, end));
        case "digits" -> digits = digits(ascii(text, value, end));
        case "period" -> requirePeriod(ascii(text, value, end));
        default -> {} // issuer, image and what else is for people's eyes.
      }
      at = end;
    }
    if (seed.length == 0) {
      throw unusable("the otpauth URI has no secret");
    }
    return new OtpSeed(new Totp(algorithm, digits), seed);
  }

  private static OtpAlgorithm algorithm(String text) {
    try {
      return OtpAlgorithm.parse(text);
    } catch (RefusedException e) {
      throw unusable("the otpauth URI's algorithm is not SHA1, SHA256 or SHA512");
    }
  }

  private static int digits(String text) {
    return switch (text) {
      case "6" -> 6;
      case "8" -> 8;
      default -> throw unusable("the otpauth URI's digits are neither 6 nor 8");
    };
  }

  private static void requirePeriod(String text) {
    if (!text.equals(Integer.toString(Totp.STEP_SECONDS))) {
      throw unusable("the otpauth URI's period is not 30 seconds");
    }
  }

  private static byte[] base32(byte[] text, int from, int to) {
    byte[] seed =
        Base32.decode(text, from, to - from)
            .orElseThrow(() -> unusable("the seed is neither base32 nor an otpauth URI"));
    if (seed.length < SHORTEST) {
      Arrays.fill(seed, (byte) 0);
      throw unusable("the seed is shorter than 80 bits");
    }
    return seed;
  }

  private static RefusedException unusable(String why) {
    return RefusedException.of(
        ErrorCode.VALUE_UNUSABLE,
        why,
        "give the text under the service's QR code, or the whole otpauth://totp/ URI in it");
  }

  /// The URI that an authenticator reads from a QR code.
  ///
  /// @param issuer who asks for the codes; no colon
  /// @param account whose they are; no colon
  public static String uri(Totp totp, byte[] seed, String issuer, String account) {
    return "otpauth://totp/"
        + encoded(issuer)
        + ":"
        + encoded(account)
        + "?secret="
        + Base32.encode(seed)
        + "&issuer="
        + encoded(issuer)
        + "&algorithm="
        + totp.algorithm()
        + "&digits="
        + totp.digits()
        + "&period="
        + Totp.STEP_SECONDS;
  }

  private static String encoded(String text) {
    // The form encoding but for the space, which some authenticators would show as a plus sign.
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public Totp totp() {
    return totp;
  }

  /// The code at a step, as ASCII digits.
  public byte[] code(long step) {
    return totp.code(seed, step);
  }

  /// The shared key itself; the caller zeroes it.
  public byte[] copyOfSeed() {
    return seed.clone();
  }

  private static boolean startsWith(byte[] text, int from, int to, byte[] prefix) {
    if (to - from < prefix.length) {
      return false;
    }
    return ascii(text, from, from + prefix.length)
        .toLowerCase(Locale.ROOT)
        .equals(new String(prefix, StandardCharsets.US_ASCII));
  }

  private static int indexOf(byte[] text, int from, int to, char c) {
    int at = from;
    while (at < to && text[at] != c) {
      at++;
    }
    return at;
  }

  /// Only ever of a part that is no secret.
  private static String ascii(byte[] text, int from, int to) {
    return new String(text, from, to - from, StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    Arrays.fill(seed, (byte) 0);
  }

  @Override
  public String toString() {
    return "[seed of " + totp + "]";
  }
}
