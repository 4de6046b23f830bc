package io.keymantle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TokenHashTest {
  @Test
  void hash_isSha256() {
    assertThat(HexFormat.of().formatHex(TokenHash.of("abc").bytes()))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void bytes_readBack_areTheSameHash() {
    TokenHash hash = TokenHash.of("kmt_x");
    assertThat(TokenHash.ofBytes(hash.bytes())).isEqualTo(hash).hasSameHashCodeAs(hash);
    assertThat(TokenHash.of("kmt_y")).isNotEqualTo(hash);
    assertThatThrownBy(() -> TokenHash.ofBytes(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void toString_showsNothing() {
    assertThat(TokenHash.of("kmt_x")).hasToString("[token hash]");
  }
}
