package io.keymantle.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Makes a request ask only for replies that can be redacted: in content codings that can be read,
/// without WebSocket extensions and instance manipulations (which compress), and whole (a range
/// could cut a value in two).
final class SubstitutionNarrowing {
  private static final Set<String> READABLE =
      Set.of("gzip", "x-gzip", "deflate", "br", "zstd", "identity");

  private SubstitutionNarrowing() {}

  static void toReadable(HeaderFields fields) {
    fields.removeAll("sec-websocket-extensions");
    fields.removeAll("a-im");
    if (fields.contains("accept-encoding")) {
      narrowCodings(fields);
    }
  }

  static void toWhole(HeaderFields fields) {
    fields.removeAll("range");
    fields.removeAll("if-range");
  }

  private static void narrowCodings(HeaderFields fields) {
    List<String> kept = new ArrayList<>();
    boolean narrowed = fields.count("accept-encoding") > 1;
    for (int i = fields.find("accept-encoding");
        i >= 0;
        i = fields.find("accept-encoding", i + 1)) {
      for (String member : fields.value(i).split(",")) {
        int parameters = member.indexOf(';');
        String coding = parameters < 0 ? member : member.substring(0, parameters);
        if (READABLE.contains(coding.strip().toLowerCase(Locale.ROOT))) {
          kept.add(member.strip());
        } else {
          narrowed = true;
        }
      }
    }
    if (narrowed) {
      fields.set("accept-encoding", kept.isEmpty() ? "identity" : String.join(", ", kept));
    }
  }
}
