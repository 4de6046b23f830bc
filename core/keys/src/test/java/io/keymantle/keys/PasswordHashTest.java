package io.keymantle.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// What the reference implementation's `argon2 SALT -id -e` printed, at our cost and at another.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "correct horse battery staple|$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA"
            + "$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y",
        "password|$argon2id$v=19$m=4096,t=3,p=4$c2l4dGVlbi1ieXRlLXNhbA"
            + "$99l7x0AlaWXN+YJmy0cyaijsY9FU1i6wdOygijarVQU"
      })
  void hashOfTheReferenceImplementation_isThePasswordsAndNoOther(String password, String phc) {
    assertThat(PasswordHash.matches(bytes(password), phc)).isTrue();
    assertThat(PasswordHash.matches(bytes(password + " "), phc)).isFalse();
  }

  @Test
  void hash_hasASaltOfItsOwn_andTheCostThatItSays() {
    SecureRandom random = new SecureRandom();
    String first = PasswordHash.DEFAULT.hash(bytes("a password"), random);

    assertThat(first).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(PasswordHash.DEFAULT.hash(bytes("a password"), random)).isNotEqualTo(first);
    assertThat(PasswordHash.matches(bytes("a password"), first)).isTrue();
    assertThat(PasswordHash.matches(bytes("a password"), PasswordHash.DEFAULT.decoy(random)))
        .isFalse();
  }

  /// Whoever can write the store must not make the broker allocate at will.
  @ParameterizedTest
  @ValueSource(strings = {"m=9999999,t=2,p=1", "m=19456,t=0,p=1", "m=19456,t=2,p=0", "m=7,t=1,p=1"})
  void hashOfACostOutOfBounds_isRefused(String cost) {
    String phc = "$argon2id$v=19$" + cost + "$c29tZXNhbHRzb21lc2FsdA$" + "A".repeat(43);

    assertThatThrownBy(() -> PasswordHash.matches(bytes("a password"), phc))
        .isInstanceOf(RefusedException.class);
  }
}
