package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.LedgerEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerExportTest {
  @Test
  void jsonIsTheEntryAsItWasHashedWithItsIndex() throws IOException {
    LedgerEntry entry = entry(7, Events.intent("op"));
    assertThat(export(LedgerExport.Format.JSON, entry))
        .isEqualTo("{\"index\":7,\"entry\":" + entry.json() + "}\n");
  }

  @Test
  void csvHasAHeaderAndOneRowPerEntry() throws IOException {
    assertThat(export(LedgerExport.Format.CSV, entry(7, Events.outcome("op"))))
        .isEqualTo(
            "index,at,kind,phase,op,actor,credential,grant,destination,method,path,result,code,"
                + "detail\r\n"
                + "7,2026-11-21T02:06:20.123456Z,redemption,outcome,op,agent:main,github-api,g_1,"
                + "https://api.github.com,GET,/repos/a/b,ok,,\r\n");
  }

  @Test
  void noCellStartsAFormula() {
    for (String attack :
        List.of("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|x", "%0a", "\uff1d1")) {
      assertThat(LedgerExport.cell(attack)).startsWith("\"'").endsWith("\"");
    }
    assertThat(LedgerExport.cell("a,b")).isEqualTo("\"a,b\"");
    assertThat(LedgerExport.cell("a\"b")).isEqualTo("\"a\"\"b\"");
    assertThat(LedgerExport.cell("a\nb")).isEqualTo("\"a\nb\"");
    assertThat(LedgerExport.cell("")).isEmpty();
    assertThat(LedgerExport.cell("=\"x")).isEqualTo("\"'=\"\"x\"");
  }

  @Test
  void ocsfHasTheRequiredAttributesOfItsClass() throws IOException {
    String base = "\"category_uid\":%d,\"category_name\":\"%s\",\"class_uid\":%d";
    assertThat(export(LedgerExport.Format.OCSF, entry(1, Events.outcome("op"))))
        .contains(base.formatted(6, "Application Activity", 6003))
        .contains("\"activity_id\":2", "\"type_uid\":600302", "\"status_id\":1")
        .contains("\"time\":1795226780123", "\"severity_id\":1", "\"version\":\"1.7.0\"")
        .contains("\"actor\":{\"user\":", "\"api\":{", "\"src_endpoint\":{", "\"sequence\":1");
    assertThat(export(LedgerExport.Format.OCSF, entry(1, fact(LedgerEvent.Kind.GRANT))))
        .contains(base.formatted(3, "Identity & Access Management", 3003))
        .contains("\"user\":{", "\"session\":{", "\"type_uid\":300301");
    assertThat(export(LedgerExport.Format.OCSF, entry(1, fact(LedgerEvent.Kind.SESSION))))
        .contains("\"class_uid\":3002")
        .contains("\"user\":{", "\"service\":{");
    assertThat(export(LedgerExport.Format.OCSF, entry(1, fact(LedgerEvent.Kind.CREDENTIAL))))
        .contains("\"class_uid\":3004")
        .contains("\"entity\":{\"name\":\"github-api\"", "\"activity_id\":3");
  }

  @Test
  void bytesThatAreNoEntryAreRefused() {
    for (String text : List.of("", "{", "[]", "{}", "{\"at\":\"x\"}", "null", "{\"at\":{}}")) {
      var entry = new LedgerEntry(3, text.getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> export(LedgerExport.Format.CSV, entry))
          .hasMessageContaining("ledger_damaged");
    }
  }

  @Test
  void aKeyedHashLinksEqualValuesAndDependsOnTheKey() {
    var one = new KeyedHash(new byte[32]);
    byte[] otherKey = new byte[32];
    otherKey[31] = 1;
    var other = new KeyedHash(otherKey);
    assertThat(one.of("value")).hasSize(16).isEqualTo(one.of("value"));
    assertThat(one.of("value")).isNotEqualTo(other.of("value")).isNotEqualTo(one.of("valuE"));
    assertThat(one).hasToString("[keyed hash]");
    assertThatThrownBy(() -> new KeyedHash(new byte[31])).hasMessageContaining("32 bytes");
  }

  private static LedgerEvent fact(LedgerEvent.Kind kind) {
    return Events.event(kind, LedgerEvent.Phase.FACT, "op", Map.of());
  }

  private static LedgerEntry entry(long index, LedgerEvent event) {
    return new LedgerEntry(index, EntryEncoder.encode(event));
  }

  private static String export(LedgerExport.Format format, LedgerEntry... entries)
      throws IOException {
    var out = new ByteArrayOutputStream();
    LedgerExport.write(List.of(entries).iterator(), format, out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
