package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerVerifierTest {
  @TempDir Path temporary;

  @Test
  void eachByteOfEachFileOfAClosedLedgerIsGuarded() throws Exception {
    Path home = closed("closed", 300);
    assertThat(verify(home).ok()).isTrue();
    assertEachByteGuarded(home, false);
  }

  @Test
  void eachByteOfEachFileOfACrashedLedgerIsGuarded() throws Exception {
    Path home = crashed("crashed", 10, 4);
    VerificationReport report = verify(home);
    assertThat(report.problems()).isEmpty();
    assertThat(report.pending()).isEqualTo(4);
    assertThat(report.notes()).singleElement().asString().contains("the last 4 entries");
    VerificationReport withTheKey = LedgerVerifier.verify(home, Events.signer(), Optional.empty());
    assertThat(withTheKey.notes()).isEmpty();
    assertEachByteGuarded(home, true);
  }

  private void assertEachByteGuarded(Path home, boolean withJournal) throws IOException {
    int journals = 0;
    for (Path file : files(home)) {
      byte[] bytes = Files.readAllBytes(file);
      boolean journal = file.toString().contains("/journal/");
      journals += journal ? 1 : 0;
      for (int at = 0; at < bytes.length; at += step(bytes, at, journal)) {
        bytes[at] ^= (byte) (1 << (at % 8));
        Files.write(file, bytes);
        VerificationReport report = verify(home);
        assertThat(report.ok()).as("%s with byte %s changed", file, at).isFalse();
        assertThat(report.problems().getFirst().line()).doesNotContain("\n");
        bytes[at] ^= (byte) (1 << (at % 8));
      }
      Files.write(file, bytes);
    }
    assertThat(verify(home).ok()).isTrue();
    assertThat(journals > 0).isEqualTo(withJournal);
  }

  /// Long runs of zeros and of equal structure are sampled, with a step that meets every bit.
  private static int step(byte[] bytes, int at, boolean journal) {
    if (journal && bytes[at] == 0) {
      return 151;
    }
    return bytes.length > 4_096 ? 97 : 1;
  }

  @Test
  void aByteMoreOrLessInAnyFileIsFound() throws Exception {
    Path home = crashed("lengths", 300, 20);
    for (Path file : files(home)) {
      byte[] bytes = Files.readAllBytes(file);
      if (file.toString().contains("/journal/")) {
        continue;
      }
      Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
      assertThat(verify(home).ok()).as("%s with a byte more", file).isFalse();
      Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
      assertThat(verify(home).ok()).as("%s with a byte less", file).isFalse();
      Files.write(file, new byte[0]);
      assertThat(verify(home).ok()).as("%s emptied", file).isFalse();
      Files.write(file, bytes);
    }
    assertThat(verify(home).ok()).isTrue();
  }

  @Test
  void aMissingRenamedOrExtraFileIsFound() throws Exception {
    Path home = closed("names", 600);
    for (Path file : files(home)) {
      Path aside = temporary.resolve("aside");
      Files.move(file, aside);
      assertThat(verify(home).ok()).as("%s missing", file).isFalse();
      Files.move(aside, file);
      Path renamed = file.resolveSibling(file.getFileName() + "0");
      Files.move(file, renamed);
      assertThat(verify(home).ok()).as("%s renamed", file).isFalse();
      Files.move(renamed, file);
      Files.copy(file, renamed);
      assertThat(verify(home).ok()).as("%s copied beside", file).isFalse();
      Files.delete(renamed);
    }
    for (String extra : List.of("x", "tile/x", "tile/2/000.p/1", "tile/0/009", "journal/x")) {
      Path file = home.resolve(extra);
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[32]);
      assertThat(verify(home).ok()).as("%s added", extra).isFalse();
      Files.delete(file);
    }
    Path link = home.resolve("tile/0/000");
    Path target = temporary.resolve("target");
    Files.move(link, target);
    Files.createSymbolicLink(link, target);
    assertThat(verify(home).ok()).isFalse();
  }

  @Test
  void aRenamedJournalSegmentIsFound() throws Exception {
    Path home = crashed("segment", 10, 10);
    Path segment = home.resolve("journal/segment-1");
    Files.move(segment, home.resolve("journal/segment-9"));
    assertThat(verify(home).ok()).isFalse();
  }

  @Test
  void swappedEntriesAreFoundAndNamed() throws Exception {
    Path home = closed("swapped", 300);
    Path bundle = home.resolve("tile/entries/000");
    byte[] bytes = Files.readAllBytes(bundle);
    int length = 2 + ((bytes[0] & 0xff) << 8 | (bytes[1] & 0xff));
    byte[] second = java.util.Arrays.copyOfRange(bytes, length, 2 * length);
    System.arraycopy(bytes, 0, bytes, length, length);
    System.arraycopy(second, 0, bytes, 0, length);
    Files.write(bundle, bytes);
    VerificationReport report = verify(home);
    assertThat(report.problems().getFirst().file()).isEqualTo("tile/entries/000");
    assertThat(report.problems().getFirst().offset()).isZero();
    assertThat(report.summary()).contains("NOT ok").contains("entry 0");
  }

  @Test
  void aChangedTileIsNamedWhenTheEntriesAreRight() throws Exception {
    Path home = closed("tile", 300);
    Path tile = home.resolve("tile/0/000");
    byte[] bytes = Files.readAllBytes(tile);
    bytes[100] ^= 1;
    Files.write(tile, bytes);
    assertThat(verify(home).problems().getFirst())
        .isEqualTo(
            new VerificationReport.Finding(
                "tile/0/000", 100, "is not the hash of what lies below it"));
  }

  @Test
  void aLedgerOfAnotherKeyIsNotOk() throws Exception {
    Path home = closed("other", 3);
    byte[] seed = new byte[32];
    seed[0] = 1;
    var other = new Ed25519LedgerSigner(Events.signer().origin(), seed);
    assertThat(LedgerVerifier.verify(home, other.verifierKey(), Optional.empty()).ok()).isFalse();
  }

  @Test
  void aLedgerPutBackToAnOlderStateIsFoundByTheWitnessOnly() throws Exception {
    Path home = closed("rollback", 100);
    Path copy = temporary.resolve("copy");
    copyTree(home, copy);
    Path witness = temporary.resolve("witness");
    try (Ledger ledger = Events.open(home)) {
      ledger.appendAndAwait(Events.intent("later"));
      ledger.writeWitness(witness);
    }
    assertThat(verify(copy).ok()).isTrue();
    VerificationReport report = verify(copy, witness);
    assertThat(report.ok()).isFalse();
    assertThat(report.problems().getFirst().message()).contains("was cut or put back");
    assertThat(verify(home, witness).ok()).isTrue();
  }

  @Test
  void aLedgerPutBackToAnyEarlierLength_isFoundByTheWitness() throws Exception {
    Path live = temporary.resolve("growing");
    Path witness = temporary.resolve("kept");
    List<Path> earlier = new ArrayList<>();
    try (Ledger ledger = Events.open(live)) {
      for (int size = 0; size < 300; size++) {
        if (size < 5 || size % 37 == 0 || size == 255 || size == 256 || size == 299) {
          ledger.checkpoint();
          Path copy = temporary.resolve("of-" + size);
          copyTree(live, copy);
          earlier.add(copy);
        }
        ledger.appendAndAwait(Events.intent("op-" + size));
      }
      ledger.writeWitness(witness);
    }
    assertThat(verify(live, witness).ok()).isTrue();
    assertThat(earlier).hasSizeGreaterThan(14);
    for (Path copy : earlier) {
      assertThat(verify(copy).ok()).as("%s alone", copy).isTrue();
      assertThat(verify(copy, witness).problems().getFirst().message())
          .as("%s with the witness", copy)
          .contains("was cut or put back");
    }
  }

  @Test
  void aHistoryRewrittenWithTheKeyIsFoundByTheWitness() throws Exception {
    Path home = closed("honest", 100);
    Path witness = temporary.resolve("witness");
    try (Ledger ledger = Events.open(home)) {
      ledger.writeWitness(witness);
    }
    Path forged = temporary.resolve("forged");
    try (Ledger ledger = Events.open(forged)) {
      for (int i = 0; i < 200; i++) {
        ledger.append(Events.intent(i == 50 ? "forged" : "op-" + i));
      }
    }
    assertThat(verify(forged).ok()).isTrue();
    assertThat(verify(forged, witness).problems().getFirst().message())
        .contains("history was rewritten");
  }

  @Test
  void aWitnessThatIsNoneIsFound() throws Exception {
    Path home = closed("witness", 10);
    Path witness = Files.writeString(temporary.resolve("witness-file"), "garbage");
    assertThat(verify(home, witness).ok()).isFalse();
    assertThat(verify(home, temporary.resolve("absent")).ok()).isFalse();
  }

  @Test
  void anEntryForgedInTheJournalOfACrashedLedgerIsFoundWithTheKey() throws Exception {
    Path home = crashed("forged-journal", 3, 1);
    Path segment = home.resolve("journal/segment-1");
    byte[] bytes = Files.readAllBytes(segment);
    JournalImage image = JournalImage.read(segment, Optional.empty());
    JournalFrame frame = image.frames().getLast();
    byte[] forged =
        java.util.Arrays.copyOfRange(
            bytes, frame.from() - JournalFrame.HEADER, frame.from() + frame.length());
    forged[JournalFrame.HEADER + 60] ^= 1;
    byte[] seed = new byte[32];
    seed[5] = 9;
    JournalFrame.seal(
        forged,
        JournalFrame.ENTRIES,
        frame.first(),
        frame.count(),
        frame.length(),
        JournalTag.of(new Ed25519LedgerSigner("attacker", seed)));
    System.arraycopy(forged, 0, bytes, frame.from() - JournalFrame.HEADER, forged.length);
    Files.write(segment, bytes);
    assertThat(LedgerVerifier.verify(home, Events.signer(), Optional.empty()).ok()).isFalse();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Events.open(home))
        .hasMessageContaining("ledger_damaged");
  }

  @Test
  void garbageNeverThrows() throws Exception {
    assertThat(verify(temporary.resolve("absent")).ok()).isFalse();
    Path home = closed("garbage", 300);
    var random = new Random(7);
    for (Path file : files(home)) {
      byte[] bytes = Files.readAllBytes(file);
      for (int round = 0; round < 20; round++) {
        byte[] garbage = new byte[random.nextInt(10_000)];
        random.nextBytes(garbage);
        Files.write(file, garbage);
        assertThat(verify(home).ok()).isFalse();
      }
      Files.write(file, bytes);
    }
  }

  private Path closed(String name, int entries) {
    Path home = temporary.resolve(name);
    try (Ledger ledger = Events.open(home)) {
      for (int i = 0; i < entries; i++) {
        ledger.append(Events.intent("op-" + i));
      }
    }
    return home;
  }

  /// A ledger as a crash leaves it: some entries in the tree, some in the journal only.
  private Path crashed(String name, int integrated, int pending) throws IOException {
    Path live = temporary.resolve(name + "-live");
    Path home = temporary.resolve(name);
    try (Ledger ledger = Events.open(live)) {
      for (int i = 0; i < integrated; i++) {
        ledger.append(Events.intent("op-" + i));
      }
      ledger.appendAndAwait(Events.intent("last"));
      ledger.checkpoint();
      for (int i = 0; i < pending; i++) {
        ledger.appendAndAwait(Events.intent("p-" + i));
      }
      copyTree(live, home);
    }
    return home;
  }

  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  static List<Path> files(Path home) throws IOException {
    try (Stream<Path> walk = Files.walk(home)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static VerificationReport verify(Path home) {
    return LedgerVerifier.verify(home, Events.signer().verifierKey(), Optional.empty());
  }

  private static VerificationReport verify(Path home, Path witness) {
    return LedgerVerifier.verify(home, Events.signer().verifierKey(), Optional.of(witness));
  }
}
