package io.keymantle.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class IntakeTest {
  private static final byte[] PRIVATE =
      HexFormat.of().parseHex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
  private static final IntakeKey KEY =
      IntakeKey.of(
          HexFormat.of()
              .parseHex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"));
  private static final String CANARY = "canary-value-of-intake";

  private final IntakeOpener opener = IntakeOpener.of(PRIVATE, KEY);

  @Test
  void sealedValue_forItsContext_opens() {
    SealedValue sealed = Intake.seal(KEY, CANARY.getBytes(UTF_8), "github-api");

    byte[] opened = opener.open(SealedValue.parse(sealed.text()), "github-api");

    assertThat(new String(opened, UTF_8)).isEqualTo(CANARY);
  }

  @Test
  void seal_always_zeroesTheCallersArray() {
    byte[] value = CANARY.getBytes(UTF_8);
    byte[] tooLong = new byte[Intake.MAX_LENGTH + 1];
    tooLong[7] = 1;

    Intake.seal(KEY, value, "github-api");
    assertThat(codeOf(() -> Intake.seal(KEY, tooLong, "x"))).isEqualTo(ErrorCode.VALUE_UNUSABLE);

    assertThat(value).containsOnly(0);
    assertThat(tooLong).containsOnly(0);
  }

  @Test
  void sealedValue_forAnotherCredential_doesNotOpen() {
    SealedValue sealed = Intake.seal(KEY, CANARY.getBytes(UTF_8), "github-api");

    assertThatThrownBy(() -> opener.open(sealed, "other-api"))
        .isInstanceOf(RefusedException.class)
        .hasMessageNotContaining(CANARY);
  }

  @Test
  void sealedValue_withAnyBitFlipped_doesNotOpen() {
    byte[] sealed = Intake.seal(KEY, new byte[] {1, 2, 3}, "a").bytes();
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      // X25519 ignores the highest bit of the encapsulated point; the KEM binds it all the same.
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(codeOf(() -> opener.open(SealedValue.of(changed), "a")))
          .as("bit %d", bit)
          .isEqualTo(ErrorCode.INVALID_REQUEST);
    }
  }

  @Test
  void seal_ofTheSameValueTwice_givesDifferentBytes() {
    assertThat(Intake.seal(KEY, new byte[] {1}, "a").text())
        .isNotEqualTo(Intake.seal(KEY, new byte[] {1}, "a").text());
  }

  @Test
  void seal_ofTheLongestValue_works() {
    SealedValue sealed = Intake.seal(KEY, new byte[Intake.MAX_LENGTH], "a");

    assertThat(opener.open(SealedValue.parse(sealed.text()), "a")).hasSize(Intake.MAX_LENGTH);
  }

  @Test
  void seal_ofAnEmptyValue_isRefused() {
    assertThat(codeOf(() -> Intake.seal(KEY, new byte[0], "a")))
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
  }

  @Test
  void seal_toAPointOfSmallOrder_isRefused() {
    IntakeKey zero = IntakeKey.of(new byte[32]);

    assertThat(codeOf(() -> Intake.seal(zero, new byte[] {1}, "a")))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void sealedValue_withAnEncapsulatedPointOfSmallOrder_isRefused() {
    byte[] sealed = Intake.seal(KEY, new byte[] {1}, "a").bytes();
    Arrays.fill(sealed, 1, 33, (byte) 0);

    assertThat(codeOf(() -> opener.open(SealedValue.of(sealed), "a")))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void opener_ofKeysThatAreNoPair_isRefused() {
    byte[] other = PRIVATE.clone();
    other[5] ^= 1;

    assertThatThrownBy(() -> IntakeOpener.of(other, KEY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void toString_containsNoKeyMaterial() {
    assertThat(Intake.seal(KEY, CANARY.getBytes(UTF_8), "a")).hasToString("[sealed value]");
    assertThat(opener.toString())
        .doesNotContain(Base64.getUrlEncoder().withoutPadding().encodeToString(PRIVATE))
        .doesNotContain(HexFormat.of().formatHex(PRIVATE));
  }

  @Test
  void intakeKey_inTextForm_roundTrips() {
    assertThat(IntakeKey.parse(KEY.text()).bytes()).isEqualTo(KEY.bytes());
  }

  @Test
  void parse_ofWhatIsNotOne_isRefused() {
    assertThat(codeOf(() -> IntakeKey.parse("AAAA"))).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(codeOf(() -> IntakeKey.parse("not base64!"))).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(codeOf(() -> SealedValue.parse("AAAA"))).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(codeOf(() -> SealedValue.parse("%"))).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(codeOf(() -> SealedValue.parse("A".repeat(100_000))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  private static ErrorCode codeOf(ThrowingCallable call) {
    return catchThrowableOfType(RefusedException.class, call).problem().code();
  }
}
