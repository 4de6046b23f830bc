package io.keymantle.ledger;

import io.keymantle.domain.LedgerEvent;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Streams entries in an auditor's format. Holds one entry at a time.
public final class LedgerExport {
  private static final List<String> COLUMNS =
      List.of(
          "index",
          "at",
          "kind",
          "phase",
          "op",
          "actor",
          "credential",
          "grant",
          "destination",
          "method",
          "path",
          "result",
          "code",
          "detail");
  private static final JsonFactory JSON = new JsonFactory();

  private LedgerExport() {}

  /// What to write.
  public enum Format {
    /// One line per entry: `{"index":N,"entry":…}`, the entry as it was hashed.
    JSON,
    /// RFC 4180 with a header line. A cell that a spreadsheet could take for a formula is led by an
    /// apostrophe.
    CSV,
    /// One OCSF 1.7 event per line ([OcsfEvent]).
    OCSF
  }

  /// Writes all entries in the format. Flushes, but does not close the stream.
  ///
  /// @throws io.keymantle.domain.RefusedException with `ledger_damaged` when an entry is none
  public static void write(Iterator<LedgerEntry> entries, Format format, OutputStream out)
      throws IOException {
    Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    if (format == Format.CSV) {
      writer.write(String.join(",", COLUMNS) + "\r\n");
    }
    while (entries.hasNext()) {
      LedgerEntry entry = entries.next();
      switch (format) {
        case JSON ->
            writer.write("{\"index\":" + entry.index() + ",\"entry\":" + entry.json() + "}\n");
        case CSV -> writer.write(row(entry));
        case OCSF -> writer.write(ocsf(entry) + "\n");
      }
    }
    writer.flush();
  }

  private static String row(LedgerEntry entry) {
    LedgerEvent event = entry.event();
    String detail =
        event.detail().entrySet().stream()
            .map(part -> part.getKey() + "=" + part.getValue())
            .collect(Collectors.joining("; "));
    return List.of(
                Long.toString(entry.index()),
                event.at().toString(),
                event.kind().toString(),
                event.phase().toString(),
                event.operation(),
                event.actor(),
                event.credential(),
                event.grant(),
                event.destination(),
                event.method(),
                event.path(),
                event.result(),
                event.code(),
                detail)
            .stream()
            .map(LedgerExport::cell)
            .collect(Collectors.joining(","))
        + "\r\n";
  }

  /// A quoted cell that no spreadsheet evaluates: what begins like a formula, also behind white
  /// space, gets an apostrophe before it (OWASP, CSV injection).
  static String cell(String value) {
    String start = value.stripLeading();
    boolean formula =
        (!start.isEmpty() && "=+-@|%".indexOf(start.charAt(0)) >= 0)
            || (!value.isEmpty() && "\t\r\n".indexOf(value.charAt(0)) >= 0)
            || startsWithWideFormula(start);
    String shown = formula ? "'" + value : value;
    boolean plain = shown.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != ',');
    return plain && !formula ? shown : "\"" + shown.replace("\"", "\"\"") + "\"";
  }

  /// The full-width forms of `= + - @`, which some spreadsheets fold to the plain ones.
  private static boolean startsWithWideFormula(String text) {
    return !text.isEmpty() && "\uff1d\uff0b\uff0d\uff20".indexOf(text.charAt(0)) >= 0;
  }

  private static String ocsf(LedgerEntry entry) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      writeObject(json, OcsfEvent.of(entry));
    }
    return text.toString();
  }

  private static void writeObject(JsonGenerator json, Map<String, Object> object) {
    json.writeStartObject();
    object.forEach((name, value) -> {
      json.writeName(name);
      writeValue(json, value);
    });
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, Object value) {
    if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      map.forEach((name, member) -> {
        json.writeName(name.toString());
        writeValue(json, member);
      });
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      list.forEach(each -> writeValue(json, each));
      json.writeEndArray();
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else {
      json.writeString(value.toString());
    }
  }
}
