package io.keymantle.keys;

import static io.keymantle.keys.KeyringFixture.codeOf;
import static io.keymantle.keys.KeyringFixture.read;
import static io.keymantle.keys.KeyringFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvelopesTest {
  private static final String CANARY = "canary-value-of-envelopes";
  private static final RecordIdentity IDENTITY = new RecordIdentity("credential", "github-api", 3);

  @TempDir private Path home;
  private Keyring keyring;
  private Envelopes envelopes;

  @BeforeEach
  void createKeyring() {
    keyring = KeyringFixture.create(home);
    envelopes = keyring.envelopes();
  }

  @AfterEach
  void closeKeyring() {
    keyring.close();
  }

  @Test
  void record_underItsIdentity_opens() {
    try (SecretBytes opened = envelopes.open(IDENTITY, seal(CANARY))) {
      assertThat(read(opened)).isEqualTo(CANARY);
      assertThat(opened.label()).isEqualTo("github-api");
    }
  }

  @Test
  void record_ofAnEmptyAndOfTheLongestValue_opens() {
    assertThat(read(envelopes.open(IDENTITY, seal("")))).isEmpty();
    String longest = "x".repeat(SecretBytes.MAX_LENGTH);
    assertThat(read(envelopes.open(IDENTITY, seal(longest)))).isEqualTo(longest);
  }

  @Test
  void envelope_withAnyBitFlipped_isRefused() {
    byte[] envelope = seal(CANARY);
    for (int bit = 0; bit < envelope.length * 8; bit++) {
      byte[] changed = envelope.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(codeOf(() -> envelopes.open(IDENTITY, changed)))
          .as("bit %d", bit)
          .isIn(ErrorCode.HOME_DAMAGED, ErrorCode.SCHEMA_NEWER);
    }
  }

  @Test
  void envelope_cutOrExtendedAnywhere_isRefused() {
    byte[] envelope = seal(CANARY);
    for (int length = 0; length < envelope.length; length++) {
      byte[] cut = Arrays.copyOf(envelope, length);
      assertThat(codeOf(() -> envelopes.open(IDENTITY, cut))).isEqualTo(ErrorCode.HOME_DAMAGED);
    }
    byte[] extended = Arrays.copyOf(envelope, envelope.length + 1);
    assertThat(codeOf(() -> envelopes.open(IDENTITY, extended))).isEqualTo(ErrorCode.HOME_DAMAGED);
  }

  @Test
  void envelope_movedToAnotherRecord_isRefusedAndRekeyedNeither() {
    byte[] envelope = seal(CANARY);
    List<RecordIdentity> others =
        List.of(
            new RecordIdentity("credential", "other-api", 3),
            new RecordIdentity("credential", "github-api", 4),
            new RecordIdentity("credential", "github-api", 2),
            new RecordIdentity("credentia", "lgithub-api", 3),
            new RecordIdentity("captured", "github-api", 3));
    for (RecordIdentity other : others) {
      assertThatThrownBy(() -> envelopes.open(other, envelope))
          .isInstanceOf(RefusedException.class)
          .hasMessageNotContaining(CANARY);
      assertThat(codeOf(() -> envelopes.rekey(other, envelope))).isEqualTo(ErrorCode.HOME_DAMAGED);
    }
  }

  @Test
  void partsOfTwoEnvelopesOfOneRecord_doNotMix() {
    byte[] first = seal("first");
    byte[] second = seal("other");
    int ciphertextAt = 1 + 4 + 12 + 48;
    byte[] mixed = first.clone();
    System.arraycopy(second, ciphertextAt, mixed, ciphertextAt, mixed.length - ciphertextAt);

    assertThat(codeOf(() -> envelopes.open(IDENTITY, mixed))).isEqualTo(ErrorCode.HOME_DAMAGED);
  }

  @Test
  void envelope_containsNoPlaintext() {
    String bytes = new String(seal(CANARY), StandardCharsets.ISO_8859_1);

    assertThat(bytes).doesNotContain(CANARY);
  }

  @Test
  void seal_twice_repeatsNothingBehindTheHeader() {
    byte[] first = seal(CANARY);
    byte[] second = seal(CANARY);

    assertThat(Arrays.copyOfRange(first, 5, 17)).isNotEqualTo(Arrays.copyOfRange(second, 5, 17));
    assertThat(Arrays.copyOfRange(first, 65, 77)).isNotEqualTo(Arrays.copyOfRange(second, 65, 77));
    assertThat(Arrays.copyOfRange(first, 77, 90)).isNotEqualTo(Arrays.copyOfRange(second, 77, 90));
  }

  @Test
  void rekey_afterRotation_movesToTheNewKeyAndLeavesTheCiphertext() {
    byte[] before = seal(CANARY);
    assertThat(envelopes.keyVersion(before)).isEqualTo(1);

    assertThat(keyring.rotate()).isEqualTo(2);
    byte[] after = envelopes.rekey(IDENTITY, before);

    assertThat(envelopes.keyVersion(after)).isEqualTo(2);
    assertThat(Arrays.copyOfRange(after, 65, after.length))
        .isEqualTo(Arrays.copyOfRange(before, 65, before.length));
    assertThat(read(envelopes.open(IDENTITY, before))).isEqualTo(CANARY);
    keyring.retireBefore(2);
    assertThat(read(envelopes.open(IDENTITY, after))).isEqualTo(CANARY);
    assertThat(codeOf(() -> envelopes.open(IDENTITY, before))).isEqualTo(ErrorCode.HOME_DAMAGED);
  }

  @Test
  void envelope_ofANewerFormat_isToldApart() {
    byte[] newer = seal(CANARY);
    newer[0] = 2;

    assertThat(codeOf(() -> envelopes.open(IDENTITY, newer))).isEqualTo(ErrorCode.SCHEMA_NEWER);
  }

  @Test
  void envelope_ofAnotherHome_isRefused(@TempDir Path otherHome) {
    try (Keyring other = KeyringFixture.create(otherHome)) {
      assertThat(codeOf(() -> other.envelopes().open(IDENTITY, seal(CANARY))))
          .isEqualTo(ErrorCode.HOME_DAMAGED);
    }
  }

  private byte[] seal(String value) {
    try (SecretBytes secret = secret(value)) {
      return envelopes.seal(IDENTITY, secret);
    }
  }
}
