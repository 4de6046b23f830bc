package io.keymantle.ledger;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// The append-only audit log of one home. Thread-safe.
///
/// Guarantees: an entry is reported durable only after the disk confirmed it; entries stand in the
/// order in which they were appended; a failed write or sync stops the ledger for good, without a
/// second try, and everything after fails with `ledger_unavailable`; it never signs a checkpoint
/// that is inconsistent with an earlier one.
///
/// Not guaranteed: that an entry appended without waiting survives a crash right after.
///
/// An entry's life: encoded in the caller's thread ([EntryEncoder]), committed with all others that
/// wait ([Committer]) to the journal ([Journal]), then within half a second moved into tiles under
/// a signed checkpoint ([Integrator]).
public final class Ledger implements AutoCloseable {
  /// Under load, moving entries into tiles takes at most a quarter of the time, since it shares the
  /// disk with the commits; the journal holds what gathers meanwhile.
  private static final int REST_PER_ROUND = 3;

  private final LedgerPublicKey publicKey;
  private final Clock clock;
  private final Journal journal;
  private final Committer committer;
  private final Integrator integrator;
  private final long intervalNanos;
  private final Thread background;
  private volatile boolean due;
  private volatile boolean closed;
  private volatile boolean closing;

  private Ledger(LedgerConfiguration configuration, LedgerFiles files) throws IOException {
    this.clock = configuration.clock();
    this.publicKey = configuration.signer().verifierKey();
    this.intervalNanos = configuration.integrationInterval().toNanos();
    Path directory = configuration.directory();
    DiskFiles.createDirectories(directory);
    var store = new TileStore(files, directory);
    store.prepare();
    LoadedTree loaded = LoadedTree.load(store, configuration.signer());
    Journal.Recovered recovered =
        Journal.open(
            files,
            directory,
            configuration.signer(),
            configuration.journalBytes(),
            loaded.checkpoint().size());
    this.journal = recovered.journal();
    this.integrator = new Integrator(store, journal, configuration.signer(), loaded);
    integrator.integrate(recovered.next());
    this.committer =
        new Committer(
            journal, recovered.next(), configuration, this::integrateSoon, this::lossEntry);
    this.background =
        Thread.ofPlatform().daemon().name("ledger-integration").unstarted(this::integrateAlways);
    committer.start();
    background.start();
    if (recovered.cut() > 0) {
      append(own("journal_cut", Map.of("bytes", Integer.toString(recovered.cut()))));
    }
  }

  /// Opens or creates the ledger, recovers what a crash left in the journal, and checks the newest
  /// checkpoint against the end of the tree.
  ///
  /// @throws RefusedException with `ledger_damaged` when they do not agree, or `ledger_unavailable`
  ///   when the directory cannot be used
  public static Ledger open(LedgerConfiguration configuration) {
    return open(configuration, new DiskFiles());
  }

  static Ledger open(LedgerConfiguration configuration, LedgerFiles files) {
    try {
      return new Ledger(configuration, files);
    } catch (IOException e) {
      throw new RefusedException(LedgerFailure.of(e));
    }
  }

  /// Appends and tells the completion when the entry is durable, or that it is not. Never waits.
  public void append(LedgerEvent event, Completion completion) {
    committer.append(EntryEncoder.encode(event), completion);
  }

  /// An executor for completions of one event loop, on which an append then needs no other thread
  /// as long as the disk is quick.
  ///
  /// @param here whether the current thread is the loop's
  public CommitLoop commitLoop(Executor loop, BooleanSupplier here) {
    return committer.loop(loop, here);
  }

  /// Appends without waiting and without a report; in order with all others. Never waits. Durable
  /// with the next commit, or within half a second. An entry that finds the queue full is counted,
  /// and a later entry says how many were lost.
  public void append(LedgerEvent event) {
    committer.append(EntryEncoder.encode(event), CommitBatch.Unwatched.INSTANCE);
  }

  /// Appends and waits until the entry is durable; returns its index. Not for event loops.
  ///
  /// @throws RefusedException with `ledger_unavailable`
  public long appendAndAwait(LedgerEvent event) {
    var waiter = new Waiter(Thread.currentThread());
    append(event, waiter);
    return waiter.await();
  }

  /// Number of durable entries.
  public long size() {
    return committer.durable();
  }

  /// What its checkpoints verify by.
  public LedgerPublicKey publicKey() {
    return publicKey;
  }

  /// Why the ledger stopped for good, if it did.
  public Optional<Problem> failure() {
    return committer.failure();
  }

  /// Integrates every durable entry and returns the signed checkpoint that covers them. Waits for
  /// the disk. A ledger that has stopped gives the last one.
  public SignedCheckpoint checkpoint() {
    integrateAppended();
    return integrator.checkpoint();
  }

  /// Up to `limit` entries from index `from`; fewer at the end. Reads the disk.
  ///
  /// @throws RefusedException with `invalid_request` when a number is negative
  public List<LedgerEntry> entries(long from, int limit) {
    require(from >= 0 && limit >= 0, "Entries are asked for from 0 on and not fewer than 0");
    integrateAppended();
    return read((reader, checkpoint) -> reader.entries(from, limit));
  }

  /// Evidence that entry `index` is in the tree of `size` entries.
  ///
  /// @throws RefusedException with `invalid_request` unless index < size <= [#size()]
  public InclusionProof inclusionProof(long index, long size) {
    integrateAppended();
    require(
        index >= 0 && index < size && size <= integrator.checkpoint().size(),
        "An inclusion proof needs an index below the size, and a size that the ledger has reached");
    return read((reader, checkpoint) -> reader.inclusion(index, size));
  }

  /// Evidence that the tree of `newSize` entries begins with that of `oldSize`.
  ///
  /// @throws RefusedException with `invalid_request` unless 0 <= oldSize <= newSize <= [#size()]
  public ConsistencyProof consistencyProof(long oldSize, long newSize) {
    integrateAppended();
    require(
        oldSize >= 0 && oldSize <= newSize && newSize <= integrator.checkpoint().size(),
        "A consistency proof needs two sizes in order that the ledger has reached");
    return read((reader, checkpoint) -> reader.consistency(oldSize, newSize));
  }

  /// The entry's proof as a `c2sp.org/tlog-proof@v1` text, verifiable offline with the log's public
  /// key and the entry alone.
  ///
  /// @throws RefusedException with `invalid_request` when there is no such entry
  public String exportProof(long index) {
    integrateAppended();
    return read((reader, checkpoint) -> {
      require(index >= 0 && index < checkpoint.size(), "The ledger has no entry of that index");
      return TlogProof.text(reader.inclusion(index, checkpoint.size()), checkpoint);
    });
  }

  /// Intents without an outcome, oldest first: what a crash interrupted. The broker closes each
  /// with an outcome `unknown` at start-up and only then appends its own start, an entry of kind
  /// `BROKER` with the detail `event` = `started`; the search goes back to the newest such entry.
  public List<LedgerEvent> unfinishedOperations() {
    integrateAppended();
    return read((reader, checkpoint) -> UnfinishedOperations.find(reader, checkpoint.size()));
  }

  /// Writes the current checkpoint to a file elsewhere, for a later [LedgerVerifier].
  ///
  /// @throws RefusedException with `invalid_request` when the file cannot be written
  public SignedCheckpoint writeWitness(Path target) {
    SignedCheckpoint current = checkpoint();
    Path beside = target.resolveSibling(target.getFileName() + ".new");
    try {
      Files.write(beside, current.note().getBytes(StandardCharsets.UTF_8));
      Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          "The checkpoint cannot be written to " + target,
          "name a file in a directory that the broker's user can write");
    }
    return current;
  }

  /// Makes everything appended so far durable, integrates it, signs and lets go of the files.
  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    // What still waits may need segments that the integrating thread releases: it ends after.
    committer.close();
    closed = true;
    LockSupport.unpark(background);
    try {
      background.join();
      integrateDurable();
      journal.close(failure().isEmpty());
    } catch (IOException e) {
      committer.fail(LedgerFailure.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void integrateSoon() {
    if (!due) {
      due = true;
      LockSupport.unpark(background);
    } else if (journal.isCrowded()) {
      LockSupport.unpark(background);
    }
  }

  private void integrateAlways() {
    long rest = intervalNanos;
    while (!closed) {
      if (!due) {
        LockSupport.park(this);
        continue;
      }
      long end = System.nanoTime() + rest;
      long left = rest;
      while (left > 0 && !closed && !journal.isCrowded()) {
        LockSupport.parkNanos(this, left);
        left = end - System.nanoTime();
      }
      due = false;
      long start = System.nanoTime();
      integrateDurable();
      rest = Math.max(intervalNanos, REST_PER_ROUND * (System.nanoTime() - start));
    }
  }

  /// For readers: everything that was appended before, also what nobody waits for.
  private void integrateAppended() {
    if (failure().isEmpty()) {
      committer.settle();
      integrateDurable();
    }
  }

  /// Never waits for the committer, which may itself be waiting for the journal's segments that
  /// only an integration releases.
  private void integrateDurable() {
    if (failure().isPresent()) {
      return;
    }
    try {
      integrator.integrate(committer.durable());
    } catch (IOException e) {
      committer.fail(LedgerFailure.of(e));
    }
  }

  private <T> T read(Integrator.Reading<T> reading) {
    try {
      return integrator.read(reading);
    } catch (IOException e) {
      throw RefusedException.of(
          ErrorCode.LEDGER_DAMAGED,
          "The ledger's files cannot be read",
          "run `keymantle ledger verify`");
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST, message, "see `keymantle ledger tail` for what there is");
    }
  }

  private byte[] lossEntry(long count) {
    return EntryEncoder.encode(own("entries_lost", Map.of("count", Long.toString(count))));
  }

  private LedgerEvent own(String event, Map<String, String> detail) {
    Map<String, String> parts = new java.util.TreeMap<>(detail);
    parts.put("event", event);
    return new LedgerEvent(
        clock.instant(),
        LedgerEvent.Kind.BROKER,
        LedgerEvent.Phase.FACT,
        "",
        "broker",
        "",
        "",
        "",
        "",
        "",
        "failed",
        ErrorCode.LEDGER_UNAVAILABLE.text(),
        parts);
  }
}
