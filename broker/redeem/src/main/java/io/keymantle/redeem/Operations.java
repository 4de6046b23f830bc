package io.keymantle.redeem;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Makes the 16 characters that link the intent and outcome of a redemption: a random half for this
/// start of the broker, and a count. They are no secret. Thread-safe.
final class Operations {
  private static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final int HALF = 8;

  private final String start;
  private final AtomicLong count = new AtomicLong();

  Operations(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < HALF; i++) {
      text.append(BASE36.charAt(random.nextInt(BASE36.length())));
    }
    start = text.toString();
  }

  String next() {
    char[] text = new char[2 * HALF];
    start.getChars(0, HALF, text, 0);
    long rest = count.getAndIncrement();
    for (int i = text.length - 1; i >= HALF; i--) {
      text[i] = BASE36.charAt((int) (rest % BASE36.length()));
      rest /= BASE36.length();
    }
    return new String(text);
  }
}
