package io.keymantle.ledger;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The durable queue between an append and the tree: preallocated segments that are filled one
/// after the other and deleted once a signed checkpoint covers them.
///
/// One committing thread calls [#append]; the integrating thread calls [#read] and [#release].
final class Journal {
  static final String DIRECTORY = "journal";

  /// Most bytes of one frame, which is one commit: a torn write is never longer. Holds at least
  /// three entries of the greatest length.
  static final int MAX_FRAME = 256 * 1024;

  private static final int FIRST_CAPACITY = 1 << 20;
  private static final int MAX_LIVE = 32;
  private static final int CROWDED = 12;

  private final LedgerFiles files;
  private final Path directory;
  private final JournalTag tag;
  private final int capacity;
  private final Deque<JournalSegment> live = new ArrayDeque<>();
  private final Deque<JournalSegment> spare = new ArrayDeque<>();
  private @Nullable JournalSegment current;
  private int lastName;
  private volatile int liveCount;
  private volatile @Nullable IOException broken;
  private volatile boolean preparing;
  private boolean closed;

  private Journal(LedgerFiles files, Path directory, LedgerSigner signer, int capacity) {
    this.files = files;
    this.directory = directory;
    this.tag = JournalTag.of(signer);
    this.capacity = capacity;
  }

  /// What [#open] found.
  ///
  /// @param next index behind the last durable entry
  /// @param cut bytes of an unfinished commit that were cleared
  record Recovered(Journal journal, long next, int cut) {}

  /// A place in the journal, for reading.
  record Cursor(long segment, int offset) {}

  /// Opens the journal behind a tree of `integrated` entries.
  ///
  /// @throws RefusedException with `ledger_damaged` when entries are missing or changed
  static Recovered open(
      LedgerFiles files, Path ledger, LedgerSigner signer, int capacity, long integrated)
      throws IOException {
    Path directory = ledger.resolve(DIRECTORY);
    DiskFiles.createDirectories(directory);
    var journal = new Journal(files, directory, signer, capacity);
    List<JournalImage> images = new ArrayList<>();
    for (Path path : paths(directory)) {
      images.add(JournalImage.read(path, Optional.of(journal.tag)));
    }
    long next = checked(images, integrated);
    int cut = 0;
    for (JournalImage image : images) {
      journal.takeUp(image);
      cut += image.torn();
    }
    return new Recovered(journal, next, cut);
  }

  /// Sorts the segments by their first entry and returns the index behind the last one. Changes
  /// nothing on the disk.
  private static long checked(List<JournalImage> images, long integrated) {
    images.sort(Comparator.comparingLong(JournalImage::first));
    long next = integrated;
    boolean first = true;
    int torn = 0;
    for (JournalImage image : images) {
      if (image.state() == JournalImage.State.DAMAGED) {
        throw damaged(image.path(), "was changed or is damaged");
      }
      torn += image.torn() > 0 ? 1 : 0;
      if (image.state() != JournalImage.State.OPEN) {
        continue;
      }
      boolean joins = first ? image.first() <= integrated : image.first() == next;
      if (!joins) {
        throw damaged(image.path(), "does not continue what stands before it");
      }
      if (image.torn() > 0 && !image.path().equals(lastOpen(images))) {
        throw damaged(image.path(), "is torn, but others follow it");
      }
      first = false;
      next = image.next();
    }
    if (next < integrated || torn > 1) {
      throw damaged(Path.of(DIRECTORY), "ends before the tree does or is torn twice");
    }
    return next;
  }

  private static Path lastOpen(List<JournalImage> sorted) {
    return sorted.reversed().stream()
        .filter(image -> image.state() == JournalImage.State.OPEN)
        .map(JournalImage::path)
        .findFirst()
        .orElseThrow();
  }

  /// Goes on with a segment that was found: an open one is live, an empty one spare, and what a
  /// crash tore is cleared.
  private void takeUp(JournalImage image) throws IOException {
    lastName = Math.max(lastName, number(image.path()));
    boolean usable = image.state() == JournalImage.State.SPARE && image.capacity() == capacity;
    if (image.state() != JournalImage.State.OPEN && !usable) {
      files.delete(image.path());
      return;
    }
    var segment =
        JournalSegment.reopen(files, image.path(), image.capacity(), image.first(), image.end());
    if (usable) {
      spare.add(segment);
      return;
    }
    if (image.torn() > 0) {
      segment.clearBehind();
    }
    live.add(segment);
    liveCount = live.size();
    current = segment;
  }

  /// The segments in a journal directory, in the order of their names.
  static List<Path> paths(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found
          .filter(path -> number(path) > 0)
          .sorted(Comparator.comparingInt(Journal::number))
          .toList();
    }
  }

  /// The number of a segment's file `segment-N`, 0 when the name is no such.
  static int number(Path path) {
    String name = path.getFileName().toString();
    return name.matches("segment-[1-9][0-9]{0,8}") ? Integer.parseInt(name.substring(8)) : 0;
  }

  private static RefusedException damaged(Path path, String what) {
    return RefusedException.of(
        ErrorCode.LEDGER_DAMAGED,
        "The ledger's journal (" + path.getFileName() + ") " + what,
        "run `keymantle ledger verify`, then restore the ledger from a backup");
  }

  /// Seals, for [#append].
  JournalTag tag() {
    return tag;
  }

  /// Appends one sealed frame and makes it durable.
  void append(ByteBuffer frame, long firstIndex) throws IOException {
    IOException earlier = broken;
    if (earlier != null) {
      throw earlier;
    }
    JournalSegment segment = current;
    if (segment == null || !segment.fits(frame.remaining())) {
      segment = next(frame.remaining() + JournalFrame.HEADER, firstIndex);
      current = segment;
    }
    segment.append(frame);
    segment.force();
    if (segment.end() > segment.capacity() / 2) {
      prepareSpare();
    }
  }

  private synchronized JournalSegment next(int needed, long firstIndex) throws IOException {
    while (!closed && (live.size() >= MAX_LIVE || (spare.isEmpty() && preparing))) {
      waitForSegment();
    }
    if (closed) {
      throw new IOException("the journal is closed");
    }
    JournalSegment taken = spare.peekFirst();
    if (taken == null || taken.capacity() < needed) {
      int usual = live.isEmpty() ? Math.min(FIRST_CAPACITY, capacity) : capacity;
      lastName++;
      taken = create(lastName, Math.max(usual, needed));
    } else {
      spare.removeFirst();
    }
    taken.start(firstIndex, tag);
    live.add(taken);
    liveCount = live.size();
    return taken;
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void waitForSegment() throws IOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a journal segment", e);
    }
  }

  private JournalSegment create(int name, int size) throws IOException {
    var segment = JournalSegment.create(files, directory.resolve("segment-" + name), size);
    files.syncDirectory(directory);
    return segment;
  }

  /// Makes the next segment while the current one fills, off the committing thread.
  private synchronized void prepareSpare() {
    if (spare.isEmpty() && !preparing && !closed) {
      preparing = true;
      lastName++;
      int name = lastName;
      Thread.ofPlatform().daemon().name("ledger-preallocation").start(() -> makeSpare(name));
    }
  }

  /// A failure here ends the journal with the next append: what the disk has refused once is not
  /// tried again.
  private void makeSpare(int name) {
    Optional<JournalSegment> made = Optional.empty();
    try {
      made = Optional.of(create(name, capacity));
    } catch (IOException e) {
      broken = e;
    }
    synchronized (this) {
      preparing = false;
      made.ifPresent(spare::add);
      notifyAll();
    }
  }

  /// The place of the first frame of the oldest live segment.
  synchronized Optional<Cursor> start() {
    return Optional.ofNullable(live.peekFirst())
        .map(segment -> new Cursor(segment.first(), JournalFrame.HEADER));
  }

  /// Whether an append finds room without waiting for a segment to be made or released.
  boolean isReady() {
    return !preparing && liveCount < MAX_LIVE - 1;
  }

  /// Whether so many segments wait for integration that it should not wait longer.
  boolean isCrowded() {
    return liveCount >= CROWDED;
  }

  synchronized boolean isLive(Cursor cursor) {
    return live.stream().anyMatch(segment -> segment.first() == cursor.segment());
  }

  /// The bytes of whole frames from the cursor on, at most about `limit`; empty at the end of the
  /// cursor's segment.
  ByteBuffer read(Cursor cursor, int limit) throws IOException {
    JournalSegment segment = segment(cursor.segment());
    int left = segment.end() - cursor.offset();
    return left <= 0
        ? ByteBuffer.allocate(0)
        : segment.read(cursor.offset(), Math.min(left, limit));
  }

  private synchronized JournalSegment segment(long first) throws IOException {
    for (JournalSegment segment : live) {
      if (segment.first() == first) {
        return segment;
      }
    }
    throw new IOException("the journal segment to integrate is gone");
  }

  /// The start of the segment behind the cursor's, if there is one.
  synchronized Optional<Cursor> following(Cursor cursor) {
    return live.stream()
        .filter(segment -> segment.first() > cursor.segment())
        .findFirst()
        .map(segment -> new Cursor(segment.first(), JournalFrame.HEADER));
  }

  /// Deletes the segments whose entries are all in the tree of `integrated` entries.
  void release(long integrated) throws IOException {
    for (JournalSegment done : takeReleased(integrated)) {
      done.close();
      files.delete(done.path());
    }
  }

  private synchronized List<JournalSegment> takeReleased(long integrated) {
    List<JournalSegment> released = new ArrayList<>();
    while (live.size() > 1) {
      JournalSegment oldest = live.removeFirst();
      if (live.getFirst().first() > integrated) {
        live.addFirst(oldest);
        break;
      }
      released.add(oldest);
    }
    liveCount = live.size();
    notifyAll();
    return released;
  }

  /// Lets go of the segments; deletes them when everything in them is in the tree.
  synchronized void close(boolean integrated) throws IOException {
    while (preparing) {
      waitForSegment();
    }
    closed = true;
    notifyAll();
    List<JournalSegment> all = new ArrayList<>(live);
    all.addAll(spare);
    for (JournalSegment segment : all) {
      segment.close();
      if (integrated) {
        files.delete(segment.path());
      }
    }
    if (integrated) {
      files.syncDirectory(directory);
    }
  }
}
