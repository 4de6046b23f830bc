package io.keymantle.control;

import io.keymantle.control.ImportReport.Skipped;
import io.keymantle.control.ItemReader.Part;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Moves secrets in that a person has elsewhere. What cannot be moved is reported and stays where
/// it is; nothing is taken away there. Thread-safe.
public final class Imports {
  /// Items of one call; who has more calls again.
  public static final int MOST = 100;

  private static final int AT_ONCE = 8;

  private final Catalogue catalogue;
  private final ItemReader reader;
  private final Operations operations;

  Imports(Catalogue catalogue, ItemReader reader, Operations operations) {
    this.catalogue = catalogue;
    this.reader = reader;
    this.operations = operations;
  }

  /// What to do with the items of a source.
  ///
  /// @param split one credential for each member of an item that is JSON
  /// @param link leave the values there, and make credentials that read them when they are used
  public record Manner(boolean split, boolean link) {}

  /// Moves secrets in that were found and sealed already.
  public ImportReport offered(Actor.Person actor, List<ImportOffer> offers, boolean rehearsal) {
    return catalogue.importNew(actor, offers, rehearsal);
  }

  /// Moves items of a source in. The ledger has the reading before it happens, a rehearsal's too
  /// where it needs one, and with each credential which version it got.
  ///
  /// @throws RefusedException with `invalid_request`
  public ImportReport fromSource(
      Actor.Person actor, List<SourceReference> items, ImportTerms terms, Manner manner) {
    if (items.size() > MOST) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST, "these are more than " + MOST + " items", "send fewer");
    }
    List<Skipped> skipped = new ArrayList<>();
    List<ImportOffer> offers = new ArrayList<>();
    boolean needsReading = manner.split() || !(manner.link() || terms.rehearsal());
    if (!needsReading) {
      items.forEach(
          item -> offer(item, new Part("", "", Optional.empty(), ""), terms, manner, offers));
    } else {
      Entry reading =
          Entry.of(Kind.CREDENTIAL, actor)
              .with("verb", "import_read")
              .with("source", schemes(items))
              .with("items", Integer.toString(items.size()));
      operations.perform(reading, () -> read(items, terms, manner, offers, skipped));
    }
    return catalogue.importNew(actor, offers, terms.rehearsal()).with(skipped);
  }

  private static String schemes(List<SourceReference> items) {
    return String.join(
        " ", items.stream().map(SourceReference::scheme).distinct().sorted().toList());
  }

  private void read(
      List<SourceReference> items,
      ImportTerms terms,
      Manner manner,
      List<ImportOffer> offers,
      List<Skipped> skipped) {
    boolean wanted = !manner.link() && !terms.rehearsal();
    Semaphore room = new Semaphore(AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Part>>> reads = new ArrayList<>();
      for (SourceReference item : items) {
        reads.add(
            threads.submit(() -> {
              room.acquire();
              try {
                return reader.read(
                    item,
                    manner.split(),
                    member -> wanted ? name(item, member, terms) : Optional.empty());
              } finally {
                room.release();
              }
            }));
      }
      for (int i = 0; i < items.size(); i++) {
        SourceReference item = items.get(i);
        try {
          for (Part part : parts(reads.get(i))) {
            if (part.trouble().isEmpty()) {
              offer(item, part, terms, manner, offers);
            } else if (name(item, part.member(), terms).isPresent()) {
              skipped.add(new Skipped(place(item, part.member()), part.trouble()));
            }
          }
        } catch (RefusedException e) {
          skipped.add(new Skipped(item.toString(), e.problem().message()));
        }
      }
    }
  }

  private static List<Part> parts(Future<List<Part>> read) {
    try {
      return read.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RefusedException refused
          ? refused
          : new IllegalStateException("a read failed in a way that it does not know", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RefusedException.of(
          ErrorCode.BROKER_UNREACHABLE, "the broker is stopping", "run the import again");
    }
  }

  private static void offer(
      SourceReference item, Part part, ImportTerms terms, Manner manner, List<ImportOffer> offers) {
    String place = place(item, part.member());
    name(item, part.member(), terms)
        .ifPresent(name ->
            offers.add(
                new ImportOffer(
                    place,
                    terms.spec(
                        name, manner.link() ? SourceReference.parse(place) : SourceReference.STORE),
                    part.value(),
                    true,
                    part.version())));
  }

  /// The name that a secret gets; empty when it is not among those that are wanted.
  private static Optional<CredentialName> name(
      SourceReference item, String member, ImportTerms terms) {
    // What stands behind ? says how it is read, not what it is.
    String its = item.locator().replaceFirst("\\?.*$", "");
    String locator = its + (member.isEmpty() ? "" : "/" + member);
    return Optional.of(terms.names().name(locator)).filter(terms.names()::takes);
  }

  private static String place(SourceReference item, String member) {
    return member.isEmpty() ? item.toString() : item + "#" + member;
  }
}
