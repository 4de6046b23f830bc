package io.keymantle.keys;

import static io.keymantle.keys.KeyringFixture.RANDOM;
import static io.keymantle.keys.KeyringFixture.codeOf;
import static io.keymantle.keys.KeyringFixture.passphrase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;

final class RootKeyHeaderTest {
  private final HexFormat hex = HexFormat.of();

  /// RFC 9106 §5.3.
  @Test
  void argon2id_ofTheRfcVector_givesItsTag() {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(32)
            .withIterations(3)
            .withParallelism(4)
            .withSalt(filled(16, 2))
            .withSecret(filled(8, 3))
            .withAdditional(filled(12, 4))
            .build());
    byte[] tag = new byte[32];
    generator.generateBytes(filled(32, 1), tag);

    assertThat(hex.formatHex(tag))
        .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
  }

  /// The recipient's pair of RFC 9180, appendix A.1.1.
  @Test
  void x25519_ofTheRfcVector_givesItsPublicKey() {
    byte[] key = hex.parseHex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");

    byte[] publicKey = new X25519PrivateKeyParameters(key, 0).generatePublicKey().getEncoded();

    assertThat(hex.formatHex(publicKey))
        .isEqualTo("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
  }

  @Test
  void newHeader_hasTheStatedCostAndAFreshSalt() {
    RootKeyHeader first = RootKeyHeader.create(passphrase("p"), RANDOM).header();
    RootKeyHeader second = RootKeyHeader.create(passphrase("p"), RANDOM).header();

    assertThat(first.memoryKib()).isEqualTo(65_536);
    assertThat(first.passes()).isEqualTo(3);
    assertThat(first.lanes()).isEqualTo(4);
    assertThat(first.salt()).isNotEqualTo(second.salt());
    assertThat(first.check()).isNotEqualTo(second.check());
  }

  @Test
  void header_roundTrips_andDerivesTheSameKey() {
    RootKeyHeader.Derived derived = RootKeyHeader.create(passphrase("p"), RANDOM);
    ByteBuffer bytes = ByteBuffer.allocate(RootKeyHeader.LENGTH);
    derived.header().writeTo(bytes);

    RootKeyHeader read = RootKeyHeader.readFrom(bytes.flip());

    assertThat(read.derive(passphrase("p"), "this home")).isEqualTo(derived.rootKey());
    assertThat(codeOf(() -> read.derive(passphrase("q"), "this home")))
        .isEqualTo(ErrorCode.WRONG_KEY);
    assertThat(derived.toString()).doesNotContain(hex.formatHex(derived.rootKey()));
  }

  @Test
  void costOutOfRange_isNeverTried() {
    for (int[] cost :
        new int[][] {
          {0, 3, 4},
          {31, 3, 4},
          {1024 * 1024 + 1, 3, 4},
          {-1, 3, 4},
          {65536, 0, 4},
          {65536, 17, 4},
          {65536, 3, 0},
          {65536, 3, 17},
          {65536, -1, 4}
        }) {
      ByteBuffer bytes = ByteBuffer.allocate(RootKeyHeader.LENGTH);
      new RootKeyHeader(
              RootKey.Protection.PASSPHRASE, cost[0], cost[1], cost[2], new byte[16], new byte[32])
          .writeTo(bytes);
      assertThatThrownBy(() -> RootKeyHeader.readFrom(bytes.flip()))
          .as(Arrays.toString(cost))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static byte[] filled(int length, int with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }
}
