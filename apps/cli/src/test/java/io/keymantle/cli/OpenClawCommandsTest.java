package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The verbs for openclaw.json, against a broker that answers what was prepared.
final class OpenClawCommandsTest {
  private static final String OPENED =
      "{\"path\":\"/x/openclaw.json\",\"base\":\"b1\",\"text\":\"{ port: 1 } //"
          + " é\\n\",\"findings\":[{\"pointer\":\"/a/token\",\"path\":\"a.token\",\"why\":\"has the"
          + " name of a secret\","
          + "\"length\":\"8-19\",\"protections\":[\"env\",\"ref\"]},{\"pointer\":\"\",\"path\":\"comment"
          + " in line 3\",\"why\":\"a comment holds a secret\","
          + "\"length\":\"8-19\",\"protections\":[]}],\"history\":[]}";

  @TempDir Path folder;
  private StandInBroker broker;
  private Typist typist;
  private String file;

  @BeforeEach
  void start() throws IOException {
    HomeDirectory home = new HomeDirectory(folder.resolve("home"));
    broker = StandInBroker.at(home);
    broker.answer("POST /v1/openclaw/open", OPENED);
    typist = new Typist(home);
    file = folder.resolve("openclaw.json").toString();
  }

  @AfterEach
  void stop() throws IOException {
    broker.close();
  }

  @Test
  void show_printsTheTextToTheCharacter_andNamesTheFileByItsWholePath() {
    Typist.Result result =
        typist.type("openclaw", "show", folder.resolve("x/../openclaw.json").toString());

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("{ port: 1 } // é\n");
    assertThat(sent("POST /v1/openclaw/open").text("path")).isEqualTo(file);
  }

  @Test
  void scan_listsFindings_andItsStatusSaysThatThereAreSome() {
    Typist.Result result = typist.type("openclaw", "scan", file);

    assertThat(result.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(result.out())
        .contains("a.token            has the name of a secret  8-19    env, ref")
        .contains("comment in line 3  a comment holds a secret  8-19    by hand");
  }

  @Test
  void scan_ofACleanFile_isDone() {
    broker.answer("POST /v1/openclaw/open", "{\"path\":\"/x\",\"base\":\"b\",\"findings\":[]}");

    assertThat(typist.type("openclaw", "scan", file).status()).isZero();
    assertThat(typist.type("openclaw", "scan", file, "--json").out()).contains("\"findings\":[]");
  }

  @Test
  void protect_takesPathOrPointer_andSaysWhatIsLeftToDo() {
    broker.answer(
        "POST /v1/openclaw/protect",
        "{\"path\":\"/x\",\"created\":{\"credential\":\"a-token\",\"next\":[\"do this\"]}}");

    for (String place : new String[] {"a.token", "/a/token"}) {
      Typist.Result result = typist.type("openclaw", "protect", file, place, "--as", "ref");

      assertThat(result.status()).as(result.err()).isZero();
      assertThat(result.out())
          .isEqualTo("moved a.token to credential a-token\n  to make it usable: do this\n");
    }
    JsonObject sent = sent("POST /v1/openclaw/protect");
    assertThat(sent.text("pointer")).isEqualTo("/a/token");
    assertThat(sent.text("as")).isEqualTo("ref");
    assertThat(sent.text("base")).isEqualTo("b1");
    assertThat(typist.type("openclaw", "protect", file, "a.other").err())
        .contains("not_found")
        .contains("keymantle openclaw scan " + file);
  }

  @Test
  void edit_savesWhatTheEditorLeft() {
    broker.answer("PUT /v1/openclaw", "{\"path\":\"/x/openclaw.json\",\"base\":\"b2\"}");

    Typist.Result result =
        typist.with("EDITOR", "sed -i 's/port: 1/port: 2/'").type("openclaw", "edit", file);

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("saved /x/openclaw.json\n");
    JsonObject sent = sent("PUT /v1/openclaw");
    assertThat(sent.text("text")).isEqualTo("{ port: 2 } // é\n");
    assertThat(sent.text("base")).isEqualTo("b1");
  }

  @Test
  void edit_withoutAChange_savesNothing() {
    Typist.Result result = typist.with("EDITOR", "true").type("openclaw", "edit", file);

    assertThat(result.out()).isEqualTo("unchanged /x/openclaw.json\n");
    assertThat(broker.calls())
        .extracting(StandInBroker.Call::line)
        .doesNotContain("PUT /v1/openclaw");
  }

  @Test
  void edit_thatIsRefused_keepsTheText() throws IOException {
    broker.refuse(
        "PUT /v1/openclaw",
        409,
        "{\"code\":\"conflict\",\"message\":\"it changed\",\"fix\":\"again\"}");

    Typist.Result result =
        typist.with("VISUAL", "sed -i 's/port: 1/port: 2/'").type("openclaw", "edit", file);

    assertThat(result.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(result.err()).contains("conflict: it changed");
    Matcher kept = Pattern.compile("kept in (\\S+)").matcher(result.err());
    assertThat(kept.find()).isTrue();
    Path copy = Path.of(kept.group(1));
    assertThat(Files.readString(copy)).isEqualTo("{ port: 2 } // é\n");
    Files.delete(copy);
    Files.delete(copy.getParent());
  }

  @Test
  void edit_withoutAnEditor_saysHowToNameOne() {
    Typist.Result result = typist.type("openclaw", "edit", file);

    assertThat(result.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(result.err()).contains("EDITOR=nano keymantle openclaw edit " + file);
    assertThat(broker.calls()).isEmpty();
  }

  private JsonObject sent(String request) {
    return Json.object(broker.call(request).body().getBytes(StandardCharsets.UTF_8));
  }
}
