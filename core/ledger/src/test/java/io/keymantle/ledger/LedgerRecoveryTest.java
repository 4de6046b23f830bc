package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerRecoveryTest {
  private static final String SEGMENT = "journal/segment-1";

  @TempDir Path temporary;
  private Path crashed;

  @BeforeEach
  void leaveTenEntriesInTheTreeAndFiveInTheJournal() throws IOException {
    Path live = temporary.resolve("live");
    crashed = temporary.resolve("crashed");
    try (Ledger ledger = Events.open(live)) {
      for (int i = 0; i < 10; i++) {
        ledger.appendAndAwait(Events.intent("op-" + i));
      }
      ledger.checkpoint();
      for (int i = 10; i < 15; i++) {
        ledger.appendAndAwait(Events.intent("op-" + i));
      }
      LedgerVerifierTest.copyTree(live, crashed);
    }
  }

  @Test
  void allThatWasAcknowledgedIsThereAfterACrash() {
    assertRecovered(crashed, 15, 15);
  }

  @Test
  void theLastCommitTornAtAnyByteIsCutAndRecorded() throws IOException {
    JournalImage image = JournalImage.read(crashed.resolve(SEGMENT), Optional.empty());
    JournalFrame last = image.frames().getLast();
    int start = last.from() - JournalFrame.HEADER;
    byte[] whole = Files.readAllBytes(crashed.resolve(SEGMENT));
    for (int at = start; at < image.end(); at++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, at, torn.length, (byte) 0);
      if (Arrays.equals(torn, whole)) {
        continue;
      }
      Path home = copyWith("torn-" + at, torn);
      boolean anyByteLeft = lastNonZero(torn) >= start;
      assertThat(verify(home).ok()).isEqualTo(!anyByteLeft);
      assertRecovered(home, 14, anyByteLeft ? 15 : 14);
    }
  }

  @Test
  void theLastCommitWithItsFirstPartMissingIsCutToo() throws IOException {
    JournalImage image = JournalImage.read(crashed.resolve(SEGMENT), Optional.empty());
    int start = image.frames().getLast().from() - JournalFrame.HEADER;
    byte[] torn = Files.readAllBytes(crashed.resolve(SEGMENT));
    Arrays.fill(torn, start, start + 60, (byte) 0);
    assertRecovered(copyWith("head-torn", torn), 14, 15);
  }

  @Test
  void damageBeforeTheLastCommitIsRefusedAndChangesNothing() throws IOException {
    JournalImage image = JournalImage.read(crashed.resolve(SEGMENT), Optional.empty());
    byte[] whole = Files.readAllBytes(crashed.resolve(SEGMENT));
    int start = image.frames().getLast().from() - JournalFrame.HEADER;
    for (int at = 0; at < start; at += 11) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Path home = copyWith("damaged", damaged);
      assertThatThrownBy(() -> Events.open(home))
          .as("byte %s changed", at)
          .hasMessageContaining("ledger_damaged");
      assertThat(Files.readAllBytes(home.resolve(SEGMENT))).isEqualTo(damaged);
    }
  }

  @Test
  void aJournalThatEndsBeforeTheTreeIsRefused() throws IOException {
    byte[] cut = Files.readAllBytes(crashed.resolve(SEGMENT));
    JournalImage image = JournalImage.read(crashed.resolve(SEGMENT), Optional.empty());
    Arrays.fill(cut, image.frames().get(3).from() - JournalFrame.HEADER, cut.length, (byte) 0);
    Path home = copyWith("short", cut);
    assertThatThrownBy(() -> Events.open(home)).hasMessageContaining("ledger_damaged");
  }

  @Test
  void aCheckpointThatDoesNotFitTheTilesIsRefused() throws IOException {
    Path tile = crashed.resolve("tile/0/000.p/10");
    byte[] bytes = Files.readAllBytes(tile);
    bytes[5] ^= 1;
    Files.write(tile, bytes);
    assertThatThrownBy(() -> Events.open(crashed)).hasMessageContaining("ledger_damaged");
  }

  @Test
  void changedEntriesAtTheEndAreRefused() throws IOException {
    Path bundle = crashed.resolve("tile/entries/000.p/10");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[30] ^= 1;
    Files.write(bundle, bytes);
    assertThatThrownBy(() -> Events.open(crashed)).hasMessageContaining("ledger_damaged");
  }

  @Test
  void aMissingOrForeignCheckpointIsRefused() throws IOException {
    Path checkpoint = crashed.resolve("checkpoint");
    byte[] seed = new byte[32];
    seed[0] = 1;
    var stranger = new Ed25519LedgerSigner(Events.signer().origin(), seed);
    SignedCheckpoint forged = CheckpointNote.sign(0, new MerkleTree().root(), stranger);
    Files.writeString(checkpoint, forged.note());
    assertThatThrownBy(() -> Events.open(crashed)).hasMessageContaining("ledger_damaged");
    Files.delete(checkpoint);
    assertThatThrownBy(() -> Events.open(crashed)).hasMessageContaining("ledger_damaged");
  }

  @Test
  void aCrashAtAnyMomentUnderLoadLosesNothingAcknowledged() throws Exception {
    var random = new Random(11);
    Path home = temporary.resolve("moments");
    for (int moment = 0; moment < 25; moment++) {
      long acknowledged = 0;
      Path copy = temporary.resolve("moment-" + moment);
      // A journal with room, so that nothing moves while the state of that moment is copied.
      try (Ledger ledger = Ledger.open(Events.configuration(home, 1 << 20), new UnsyncedFiles())) {
        int count = random.nextInt(400);
        for (int i = 0; i < count; i++) {
          ledger.append(Events.intent("x"));
          if (random.nextInt(50) == 0) {
            ledger.checkpoint();
          }
        }
        acknowledged = ledger.appendAndAwait(Events.intent("last")) + 1;
        LedgerVerifierTest.copyTree(home, copy);
      }
      assertThat(verify(copy).problems()).isEmpty();
      try (Ledger ledger = Events.open(copy)) {
        assertThat(ledger.size()).isGreaterThanOrEqualTo(acknowledged);
        assertThat(ledger.entries(acknowledged - 1, 1).getFirst().event().operation())
            .isEqualTo("last");
      }
      assertThat(verify(copy).problems()).isEmpty();
      assertThat(verify(copy).notes()).isEmpty();
    }
  }

  private void assertRecovered(Path home, int acknowledged, int size) {
    try (Ledger ledger = Events.open(home)) {
      ledger.appendAndAwait(Events.intent("after"));
      List<LedgerEntry> entries = ledger.entries(0, 100);
      for (int i = 0; i < acknowledged; i++) {
        assertThat(entries.get(i).event().operation()).isEqualTo("op-" + i);
      }
      if (size > acknowledged) {
        assertThat(entries.get(acknowledged).event().detail())
            .containsEntry("event", "journal_cut");
      }
      assertThat(entries).hasSize(size + 1);
    }
    VerificationReport report = verify(home);
    assertThat(report.problems()).isEmpty();
    assertThat(report.size()).isEqualTo(size + 1);
  }

  private Path copyWith(String name, byte[] segment) throws IOException {
    Path home = temporary.resolve(name);
    LedgerVerifierTest.copyTree(crashed, home);
    Files.write(home.resolve(SEGMENT), segment);
    return home;
  }

  private static int lastNonZero(byte[] bytes) {
    int at = bytes.length - 1;
    while (at >= 0 && bytes[at] == 0) {
      at--;
    }
    return at;
  }

  private static VerificationReport verify(Path home) {
    return LedgerVerifier.verify(home, Events.signer(), Optional.empty());
  }
}
