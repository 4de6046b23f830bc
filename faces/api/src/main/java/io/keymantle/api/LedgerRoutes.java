package io.keymantle.api;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.ledger.Ledger;
import io.keymantle.ledger.LedgerEntry;
import io.keymantle.ledger.LedgerExport;
import io.keymantle.ledger.SignedCheckpoint;
import io.keymantle.ledger.TreeHash;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/// The audit log, read only.
final class LedgerRoutes {
  private static final int PAGE_LIMIT = 1000;

  private final AdminRoutes admin;

  LedgerRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/ledger", this::page)
        .add("GET", "/v1/ledger/checkpoint", this::checkpoint)
        .add("GET", "/v1/ledger/proof", this::proof)
        .add("GET", "/v1/ledger/export", this::export);
  }

  /// Entries from an index on, or the last ones when none is given.
  private ApiResponse page(ApiRequest request, String unused) {
    admin.requireReader(request);
    Ledger ledger = admin.broker().ledger();
    Map<String, String> query = request.query();
    int limit = (int) number(query, "limit", 100, 1, PAGE_LIMIT);
    long size = ledger.size();
    long from =
        query.containsKey("from")
            ? number(query, "from", 0, 0, Long.MAX_VALUE)
            : Math.max(0, size - limit);
    List<LedgerEntry> entries = from >= size ? List.of() : ledger.entries(from, limit);
    long next = entries.isEmpty() ? from : entries.getLast().index() + 1;
    return ApiResponse.ok(
        JsonText.object(json -> {
          json.writeNumberProperty("size", size);
          json.writeNumberProperty("next", next);
          JsonText.array(
              json,
              "entries",
              entries,
              (member, entry) -> {
                member.writeNumberProperty("index", entry.index());
                member.writeName("entry");
                member.writeRawValue(entry.json());
              });
        }));
  }

  private ApiResponse checkpoint(ApiRequest request, String unused) {
    admin.requireReader(request);
    Ledger ledger = admin.broker().ledger();
    SignedCheckpoint checkpoint = ledger.checkpoint();
    return ApiResponse.ok(
        JsonText.object(json -> {
          json.writeStringProperty("key", ledger.publicKey().toString());
          json.writeStringProperty("origin", checkpoint.origin());
          json.writeNumberProperty("size", checkpoint.size());
          json.writeStringProperty("root", checkpoint.root().base64());
          json.writeStringProperty("note", checkpoint.note());
        }));
  }

  private ApiResponse proof(ApiRequest request, String unused) {
    admin.requireReader(request);
    Ledger ledger = admin.broker().ledger();
    Map<String, String> query = request.query();
    boolean inclusion = query.containsKey("index");
    if (inclusion == query.containsKey("from")) {
      throw JsonBody.invalid("a proof is about one entry or two trees", "use ?index=N or ?from=N");
    }
    SignedCheckpoint checkpoint = ledger.checkpoint();
    long size = number(query, "size", checkpoint.size(), 0, checkpoint.size());
    return inclusion ? inclusion(ledger, query, size) : consistency(ledger, query, size);
  }

  private static ApiResponse inclusion(Ledger ledger, Map<String, String> query, long size) {
    long index = number(query, "index", 0, 0, size - 1);
    SignedCheckpoint checkpoint = ledger.checkpoint();
    List<TreeHash> hashes = ledger.inclusionProof(index, size).hashes();
    LedgerEntry entry = ledger.entries(index, 1).getFirst();
    return ApiResponse.ok(
        JsonText.object(json -> {
          json.writeStringProperty("kind", "inclusion");
          json.writeNumberProperty("index", index);
          json.writeNumberProperty("size", size);
          json.writeName("entry");
          json.writeRawValue(entry.json());
          json.writeStringProperty("leaf", entry.leafHash().base64());
          JsonText.texts(json, "hashes", hashes.stream().map(TreeHash::base64).toList());
          json.writeStringProperty("checkpoint", checkpoint.note());
          if (size == checkpoint.size()) {
            json.writeStringProperty("proof", ledger.exportProof(index));
          }
        }));
  }

  private static ApiResponse consistency(Ledger ledger, Map<String, String> query, long size) {
    long from = number(query, "from", 0, 0, size);
    SignedCheckpoint checkpoint = ledger.checkpoint();
    List<TreeHash> hashes = ledger.consistencyProof(from, size).hashes();
    return ApiResponse.ok(
        JsonText.object(json -> {
          json.writeStringProperty("kind", "consistency");
          json.writeNumberProperty("from", from);
          json.writeNumberProperty("size", size);
          JsonText.texts(json, "hashes", hashes.stream().map(TreeHash::base64).toList());
          json.writeStringProperty("checkpoint", checkpoint.note());
        }));
  }

  private ApiResponse export(ApiRequest request, String unused) {
    admin.requireReader(request);
    Ledger ledger = admin.broker().ledger();
    long from = number(request.query(), "from", 0, 0, Long.MAX_VALUE);
    String chosen = request.query().getOrDefault("format", "json");
    LedgerExport.Format format =
        switch (chosen) {
          case "json" -> LedgerExport.Format.JSON;
          case "csv" -> LedgerExport.Format.CSV;
          case "ocsf" -> LedgerExport.Format.OCSF;
          default -> throw JsonBody.invalid("there is no such format", "use json, csv or ocsf");
        };
    String type = chosen.equals("csv") ? "text/csv; charset=utf-8" : "application/x-ndjson";
    return new ApiResponse.Streamed(
        200, type, out -> LedgerExport.write(entries(ledger, from), format, out));
  }

  /// All entries up to the size at the start, a page in memory at a time.
  private static Iterator<LedgerEntry> entries(Ledger ledger, long from) {
    long end = ledger.size();
    return new Iterator<>() {
      private long next = from;
      private Iterator<LedgerEntry> page = List.<LedgerEntry>of().iterator();

      @Override
      public boolean hasNext() {
        return next < end;
      }

      @Override
      public LedgerEntry next() {
        if (next >= end) {
          throw new NoSuchElementException();
        }
        if (!page.hasNext()) {
          page = ledger.entries(next, (int) Math.min(PAGE_LIMIT, end - next)).iterator();
        }
        next++;
        return page.next();
      }
    };
  }

  private static long number(
      Map<String, String> query, String name, long otherwise, long least, long most) {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw JsonBody.invalid(name + " is not a number", "use a whole number");
    }
    throw RefusedException.of(
        ErrorCode.INVALID_REQUEST,
        name + " is " + least + " to " + most + " here",
        "use a number in that range");
  }
}
