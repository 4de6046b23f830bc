package io.keymantle.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SecretBytesTest {
  private static final String CANARY = "canary-value-of-secret";

  private final SecretAccess access = SecretAccess.insecureMint();

  @Test
  void reveal_withTheCapability_pushesTheValue() {
    try (SecretBytes secret = secret(CANARY)) {
      assertThat(read(secret)).isEqualTo(CANARY);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // The point is what happens to a caller that has no capability.
  void reveal_withoutTheCapability_isRefused() {
    try (SecretBytes secret = secret(CANARY)) {
      assertThatThrownBy(() ->
              secret.reveal(
                  null,
                  (bytes, offset, length) -> {
                    throw new AssertionError("the value was given out");
                  }))
          .isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void close_always_zeroesTheMemory() {
    byte[] bytes = CANARY.getBytes(UTF_8);
    SecretBytes secret = SecretBytes.adopt("github-api", bytes);

    secret.close();
    secret.close();

    assertThat(bytes).containsOnly(0);
  }

  @Test
  void everyMethod_afterClose_throwsWithoutTheValue() {
    SecretBytes open = secret(CANARY);
    SecretBytes closed = secret(CANARY);
    closed.close();

    List<Runnable> uses =
        List.of(
            closed::length,
            closed::copy,
            () -> read(closed),
            () -> closed.matches(open),
            () -> open.matches(closed));
    for (Runnable use : uses) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("secret github-api is closed");
    }
  }

  @Test
  void toString_containsNoKeyMaterial() {
    assertThat(secret(CANARY)).hasToString("[secret github-api]");
  }

  @Test
  void type_offersNoWayToSerialiseOrCompareByEquals() {
    assertThat(Serializable.class.isAssignableFrom(SecretBytes.class)).isFalse();
    assertThatThrownBy(
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret(CANARY)))
        .isInstanceOf(NotSerializableException.class);
    assertThat(secret(CANARY)).isNotEqualTo(secret(CANARY));
    assertThat(SecretBytes.class.getDeclaredMethods())
        .noneMatch(method -> method.getName().equals("equals"));
  }

  @Test
  void publicMethods_returnNoBytesAndNoText() {
    assertThat(SecretBytes.class.getDeclaredMethods())
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .allSatisfy(method -> {
          assertThat(method.getReturnType()).isNotIn(byte[].class, char[].class);
          if (method.getReturnType() == String.class) {
            assertThat(method.getName()).isIn("label", "toString");
          }
        });
  }

  @Test
  void matches_comparesTheWholeValue() {
    try (SecretBytes secret = secret(CANARY)) {
      assertThat(secret.matches(secret(CANARY))).isTrue();
      assertThat(secret.matches(secret)).isTrue();
      assertThat(secret.matches(secret("canary-value-of-secrex"))).isFalse();
      assertThat(secret.matches(secret("canary"))).isFalse();
      assertThat(secret.matches(secret(""))).isFalse();
    }
  }

  @Test
  void copy_outlivesTheOriginal() {
    SecretBytes original = secret(CANARY);
    try (SecretBytes copy = original.copy()) {
      original.close();

      assertThat(read(copy)).isEqualTo(CANARY);
      assertThat(copy.label()).isEqualTo("github-api");
    }
  }

  @Test
  void copyOf_leavesTheCallersArrayAlone() {
    byte[] bytes = CANARY.getBytes(UTF_8);

    SecretBytes.copyOf("github-api", bytes).close();

    assertThat(new String(bytes, UTF_8)).isEqualTo(CANARY);
  }

  @Test
  void adopt_atTheLimit_holds_andAboveIt_zeroesAndRefuses() {
    try (SecretBytes longest = SecretBytes.adopt("x", new byte[SecretBytes.MAX_LENGTH])) {
      assertThat(longest.length()).isEqualTo(65_536);
    }
    byte[] tooLong = new byte[SecretBytes.MAX_LENGTH + 1];
    Arrays.fill(tooLong, (byte) 'x');

    assertThatThrownBy(() -> SecretBytes.adopt("x", tooLong))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(tooLong).containsOnly(0);
  }

  private static SecretBytes secret(String value) {
    return SecretBytes.adopt("github-api", value.getBytes(UTF_8));
  }

  private String read(SecretBytes secret) {
    StringBuilder text = new StringBuilder();
    secret.reveal(
        access, (bytes, offset, length) -> text.append(new String(bytes, offset, length, UTF_8)));
    return text.toString();
  }
}
