package io.keymantle.ledger;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.RefusedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads what [EntryEncoder] wrote.
final class EntryDecoder {
  private static final JsonFactory JSON = new JsonFactory();

  private EntryDecoder() {}

  static LedgerEvent decode(long index, byte[] bytes) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      Map<String, String> parts = new HashMap<>();
      Map<String, String> detail = new TreeMap<>();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw damaged(index);
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.START_OBJECT) {
          while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            detail.put(key, parser.getString());
          }
        } else {
          parts.put(name, parser.getString());
        }
      }
      return event(parts, detail);
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw damaged(index);
    }
  }

  private static LedgerEvent event(Map<String, String> parts, Map<String, String> detail) {
    return new LedgerEvent(
        Instant.parse(part(parts, "at")),
        LedgerEvent.Kind.valueOf(part(parts, "kind").toUpperCase(Locale.ROOT)),
        LedgerEvent.Phase.valueOf(part(parts, "phase").toUpperCase(Locale.ROOT)),
        part(parts, "op"),
        part(parts, "actor"),
        part(parts, "credential"),
        part(parts, "grant"),
        part(parts, "destination"),
        part(parts, "method"),
        part(parts, "path"),
        part(parts, "result"),
        part(parts, "code"),
        detail);
  }

  private static String part(Map<String, String> parts, String name) {
    return parts.getOrDefault(name, "");
  }

  private static RefusedException damaged(long index) {
    return RefusedException.of(
        ErrorCode.LEDGER_DAMAGED,
        "Ledger entry " + index + " is not an entry that this version reads",
        "run `keymantle ledger verify`");
  }
}
