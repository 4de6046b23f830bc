package io.keymantle.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ConfigurationChange;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.OpenedConfiguration;
import io.keymantle.testkit.TestBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the editor's routes take and answer.
final class OpenClawRoutesTest {
  private static final String FILE = "/home/me/.openclaw/openclaw.json";

  @TempDir Path folder;
  private TestApi api;

  @BeforeEach
  void start() {
    api = new TestApi(folder);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void open_showsTextFindingsAndHistory() throws Exception {
    HttpResponse<String> opened =
        api.admin("POST", "/v1/openclaw/open", "{\"path\":\"" + FILE + "\"}");

    assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
    assertThat(opened.body())
        .startsWith(
            "{\"path\":\""
                + FILE
                + "\",\"base\":\"base-1\",\"text\":\"{ token: '__OPENCLAW_REDACTED__'"
                + " }\",\"findings\":[{\"pointer\":\"/token\",\"path\":\"token\",\"why\":\"is a"
                + " secret\",\"length\":\"8-19\","
                + "\"protections\":[\"env\"]}],\"history\":[{\"at\":\"")
        .endsWith("\"base\":\"base-1\",\"changed\":[\"token changed\"]}]}");
  }

  @Test
  void save_answersWithTheNewBase() throws Exception {
    api.answerEdits(new ConfigurationChange.Saved(file("base-2", "{}"), Optional.empty()));

    HttpResponse<String> saved = api.admin("PUT", "/v1/openclaw", save());

    assertThat(saved.statusCode()).as(saved.body()).isEqualTo(200);
    assertThat(saved.body()).contains("\"base\":\"base-2\",\"text\":\"{}\"");
    assertThat(api.edits()).containsExactly("save person:owner " + FILE + " base-1 { a: 1 }");
  }

  @Test
  void staleBase_isAConflictWithAllThreeTexts() throws Exception {
    api.answerEdits(
        new ConfigurationChange.Conflict(
            "base-1", Optional.of("{}"), "{ a: 1 }", file("base-2", "{ b: 2 }")));

    HttpResponse<String> conflict = api.admin("PUT", "/v1/openclaw", save());

    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(conflict.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(conflict.body())
        .contains("\"code\":\"conflict\"")
        .endsWith(
            "\"base\":\"base-1\",\"mine\":\"{ a: 1 }\",\"original\":\"{}\","
                + "\"current\":{\"base\":\"base-2\",\"text\":\"{ b: 2 }\"}}");
  }

  @Test
  void protect_saysWhatWasCreatedAndWhatIsLeftToDo() throws Exception {
    api.answerEdits(
        new ConfigurationChange.Saved(
            file("base-2", "{}"),
            Optional.of(
                new ConfigurationChange.Created(
                    new CredentialName("token"), false, Optional.of("TOKEN"), List.of("do it")))));

    HttpResponse<String> done =
        api.admin(
            "POST",
            "/v1/openclaw/protect",
            "{\"path\":\""
                + FILE
                + "\",\"base\":\"base-1\",\"pointer\":\"/token\",\"as\":\"env\",\"rotate\":true}");

    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(done.body())
        .endsWith(
            "\"created\":{\"credential\":\"token\",\"rotated\":false,\"variable\":\"TOKEN\","
                + "\"next\":[\"do it\"]}}");
    assertThat(api.edits().getFirst()).contains("pointer=/token, as=env, name=, rotate=true");
  }

  @Test
  void bodiesThatMakeNoSense_areRefused_beforeTheEditorIsAsked() throws Exception {
    for (String body :
        List.of(
            "{}",
            "{\"path\":\"openclaw.json\"}",
            "{\"path\":\"/a\\u0000b.json\"}",
            "{\"path\":1}",
            "{\"path\":\"/x.json\",\"text\":\"{}\"}",
            "no json")) {
      assertThat(api.admin("POST", "/v1/openclaw/open", body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(
            api.admin(
                    "POST",
                    "/v1/openclaw/protect",
                    "{\"path\":\"/x.json\",\"base\":\"b\",\"pointer\":\"/a\",\"as\":\"env\",\"rotate\":\"yes\"}")
                .body())
        .contains("is neither true nor false");
    assertThat(api.edits()).isEmpty();
  }

  @Test
  void agentToken_opensNoneOfTheRoutes() throws Exception {
    String token =
        api.broker()
            .control()
            .agents()
            .add(TestBroker.OWNER, new AgentName("main"), EgressPolicy.DEFAULT)
            .token();

    assertThat(api.adminAs(token, "PUT", "/v1/openclaw", save()).statusCode()).isEqualTo(403);
    assertThat(api.agent(token, "PUT", "/v1/openclaw", save()).statusCode()).isEqualTo(404);
    assertThat(api.edits()).isEmpty();
  }

  private static String save() {
    return "{\"path\":\"" + FILE + "\",\"base\":\"base-1\",\"text\":\"{ a: 1 }\"}";
  }

  private static OpenedConfiguration file(String base, String text) {
    return new OpenedConfiguration(FILE, base, text, List.of(), List.of());
  }
}
