package io.keymantle.ledger;

import io.keymantle.domain.LedgerEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds intents without an outcome, from the end of the log back to the broker's newest start.
///
/// Most entries are looked at by their first bytes only: the encoder puts phase and operation
/// there, and no text before them can hold a bare quotation mark.
final class UnfinishedOperations {
  private static final byte[] INTENT = bytes("\"phase\":\"intent\"");
  private static final byte[] OUTCOME = bytes("\"phase\":\"outcome\"");
  private static final byte[] OPERATION = bytes("\"op\":\"");
  private static final byte[] STARTED = bytes("\"event\":\"started\"");
  private static final byte[] BROKER = bytes("\"kind\":\"broker\"");
  private static final int HEAD = 128;

  private UnfinishedOperations() {}

  static List<LedgerEvent> find(TreeReader reader, long size) throws IOException {
    Set<String> finished = new HashSet<>();
    List<LedgerEvent> unfinished = new ArrayList<>();
    long end = size;
    boolean started = false;
    while (end > 0 && !started) {
      long from = (end - 1) / TilePath.FULL * TilePath.FULL;
      List<LedgerEntry> entries = reader.entries(from, (int) (end - from));
      for (int i = entries.size() - 1; i >= 0 && !started; i--) {
        LedgerEntry entry = entries.get(i);
        started = look(entry, finished, unfinished);
      }
      end = from;
    }
    return unfinished.reversed();
  }

  /// Returns whether the entry is a broker's start.
  private static boolean look(
      LedgerEntry entry, Set<String> finished, List<LedgerEvent> unfinished) {
    byte[] bytes = entry.raw();
    int head = Math.min(HEAD, bytes.length);
    if (find(bytes, OUTCOME, head) >= 0) {
      finished.add(operation(bytes, head));
    } else if (find(bytes, INTENT, head) >= 0) {
      String operation = operation(bytes, head);
      if (!operation.isEmpty() && !finished.contains(operation)) {
        unfinished.add(entry.event());
      }
    } else if (find(bytes, BROKER, head) >= 0 && find(bytes, STARTED, bytes.length) >= 0) {
      LedgerEvent event = entry.event();
      return event.kind() == LedgerEvent.Kind.BROKER
          && event.detail().getOrDefault("event", "").equals("started");
    }
    return false;
  }

  private static String operation(byte[] bytes, int head) {
    int start = find(bytes, OPERATION, head);
    if (start < 0) {
      return "";
    }
    int from = start + OPERATION.length;
    int to = from;
    while (to < bytes.length && bytes[to] != '"') {
      to++;
    }
    return new String(bytes, from, to - from, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static int find(byte[] bytes, byte[] text, int end) {
    for (int at = 0; at + text.length <= end; at++) {
      if (java.util.Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
        return at;
      }
    }
    return -1;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
