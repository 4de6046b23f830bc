package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SignedNoteTest {
  /// The example of Go's golang.org/x/mod/sumdb/note, whose format C2SP signed-note is.
  private static final String KEY =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final String NOTE =
      """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.

      \u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
      """;

  @Test
  void thePublishedExampleVerifies() {
    LedgerPublicKey key = LedgerPublicKey.parse(KEY);
    assertThat(key.name()).isEqualTo("PeterNeumann");
    assertThat(key).hasToString(KEY);
    SignedNote note = SignedNote.parse(NOTE.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    assertThat(note.isSignedBy(key)).isTrue();
    assertThat(note.text()).isEqualTo(NOTE);
  }

  @Test
  void theExampleWithAnyByteChangedDoesNotVerify() {
    LedgerPublicKey key = LedgerPublicKey.parse(KEY);
    byte[] bytes = NOTE.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] ^= 1;
      assertThat(SignedNote.parse(bytes).filter(note -> note.isSignedBy(key)))
          .as("byte %s", at)
          .isEmpty();
      bytes[at] ^= 1;
    }
  }

  @Test
  void aKeyWithAWrongIdOrNameIsRefused() {
    assertThatThrownBy(() -> LedgerPublicKey.parse(KEY.replace("c74f20a3", "c74f20a4")))
        .hasMessageContaining("invalid_configuration");
    assertThatThrownBy(() -> LedgerPublicKey.parse(KEY.replace("Peter", "Paul")))
        .hasMessageContaining("invalid_configuration");
    assertThatThrownBy(() -> LedgerPublicKey.parse("")).hasMessageContaining("name+keyid+base64");
    assertThatThrownBy(() -> new LedgerPublicKey("a b", new byte[32]))
        .hasMessageContaining("invalid_configuration");
  }

  @Test
  void aSignerNeverShowsItsSeedAndSignsNoMoreOnceClosed() {
    byte[] seed = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    var signer = new Ed25519LedgerSigner("log", seed);
    assertThat(signer).hasToString("[ledger signer log]");
    byte[] signature = signer.sign(new byte[] {1});
    assertThat(signer.verifierKey().verifies(new byte[] {1}, signature)).isTrue();
    assertThat(signer.verifierKey().verifies(new byte[] {2}, signature)).isFalse();
    signer.close();
    assertThatThrownBy(() -> signer.sign(new byte[0])).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aTilePathHasGroupsOfThreeDigits() {
    assertThat(new TilePath(0, 0, 256).text()).isEqualTo("tile/0/000");
    assertThat(new TilePath(2, 1_234_067, 256).text()).isEqualTo("tile/2/x001/x234/067");
    assertThat(new TilePath(0, 1_000, 7).text()).isEqualTo("tile/0/x001/000.p/7");
    assertThat(new TilePath(TilePath.ENTRIES, 999, 1).text()).isEqualTo("tile/entries/999.p/1");
  }
}
