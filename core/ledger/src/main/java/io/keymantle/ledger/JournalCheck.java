package io.keymantle.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the journal for [LedgerVerifier]: which entries it holds beside and behind the tree, and
/// whether each of its bytes is accounted for.
///
/// @param known leaf hashes of the entries that are in the signed tree too, by index
/// @param pending entries behind the signed tree, in order
record JournalCheck(Map<Long, KnownLeaf> known, List<byte[]> pending) {
  private static final long MAX_SEGMENT = 256L << 20;

  /// A journal entry's leaf hash, and where it was read.
  @SuppressWarnings("ArrayRecordComponent") // never compared; the bytes stay as they were read
  record KnownLeaf(byte[] hash, String file, int offset) {}

  static JournalCheck read(
      Path ledger, long size, Optional<JournalTag> tag, VerificationFindings findings)
      throws IOException {
    var check = new JournalCheck(new HashMap<>(), new ArrayList<>());
    Path directory = ledger.resolve(Journal.DIRECTORY);
    if (!Files.isDirectory(directory)) {
      return check;
    }
    List<JournalImage> open = new ArrayList<>();
    for (Path path : Journal.paths(directory)) {
      if (Files.size(path) > MAX_SEGMENT) {
        findings.problem(name(path), "is larger than any journal segment");
        continue;
      }
      JournalImage image = JournalImage.read(path, tag);
      switch (image.state()) {
        case SPARE -> {}
        case TORN -> torn(image, findings);
        case DAMAGED ->
            findings.problem(name(path), image.end(), "was changed or is damaged from here on");
        case OPEN -> open.add(image);
      }
    }
    open.sort(Comparator.comparingLong(JournalImage::first));
    long next = size;
    for (int i = 0; i < open.size(); i++) {
      JournalImage image = open.get(i);
      if (i == 0 ? image.first() > size : image.first() != next) {
        findings.problem(name(image.path()), 0, "does not continue what stands before it");
      }
      if (image.torn() > 0) {
        torn(image, findings);
      }
      check.add(image, size, findings);
      next = image.next();
    }
    if (next < size) {
      findings.problem(Journal.DIRECTORY, "ends before the tree does");
    }
    return check;
  }

  private static void torn(JournalImage image, VerificationFindings findings) {
    findings.problem(
        name(image.path()),
        image.end(),
        image.torn()
            + " bytes behind the last whole commit: a change, or a write that a crash cut off,"
            + " which the next start of the broker clears");
  }

  private void add(JournalImage image, long size, VerificationFindings findings) {
    MessageDigest digest = Hashes.sha256();
    for (JournalFrame frame : image.frames()) {
      long index = frame.first();
      int offset = frame.from();
      for (byte[] entry : frame.entries()) {
        if (index < size) {
          byte[] leaf = Hashes.leaf(digest, entry, 0, entry.length);
          known.put(index, new KnownLeaf(leaf, name(image.path()), offset));
        } else if (index == size + pending.size()) {
          pending.add(entry);
        } else {
          findings.problem(name(image.path()), offset, "entry " + index + " is out of order");
        }
        offset += 2 + entry.length;
        index++;
      }
    }
  }

  private static String name(Path path) {
    return Journal.DIRECTORY + "/" + path.getFileName();
  }
}
