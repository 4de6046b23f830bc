package io.keymantle.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymantle.domain.PersonName;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Approvals over HTTP: as the asking agent sees them, and as people answer them.
class ApprovalRoutesTest {
  private static final Pattern ID = Pattern.compile("apr_[a-z0-9]{16}");

  @TempDir private Path folder;
  private TestApi api;
  private String agent;
  private String other;

  @BeforeEach
  void open() throws Exception {
    api = new TestApi(folder);
    agent = token(api.admin("POST", "/v1/agents", "{\"name\":\"main\"}"));
    other = token(api.admin("POST", "/v1/agents", "{\"name\":\"other\"}"));
    HttpResponse<String> added =
        api.admin(
            "POST",
            "/v1/credentials",
            "{\"name\":\"production-db\",\"allowedAgents\":[\"main\"],\"requireTotp\":true,"
                + "\"bindings\":[{\"destination\":\"https://db.example\"}]}");
    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static String token(HttpResponse<String> reply) {
    Matcher token = Pattern.compile("kma_[0-9A-Za-z]{40}").matcher(reply.body());
    assertThat(token.find()).as(reply.body()).isTrue();
    return token.group();
  }

  private HttpResponse<String> request(String more) throws Exception {
    return api.agent(
        agent,
        "POST",
        "/v1/requests",
        "{\"credential\":\"production-db\",\"reason\":\"count orders\"" + more + "}");
  }

  private String asked() throws Exception {
    HttpResponse<String> reply = request("");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(202);
    Matcher id = ID.matcher(reply.body());
    assertThat(id.find()).isTrue();
    return id.group();
  }

  private String code(String code) {
    return api.broker().factors().code(new PersonName("owner"), code);
  }

  private HttpResponse<String> vote(String id, String body) throws Exception {
    return api.admin("POST", "/v1/approvals/" + id + "/votes", body);
  }

  @Test
  void request_thatNeedsPeople_isAnsweredWith202AndWhereToPoll() throws Exception {
    HttpResponse<String> reply = request("");

    assertThat(reply.statusCode()).isEqualTo(202);
    assertThat(reply.body())
        .contains("\"status\":\"approval_required\"", "\"poll\":\"/v1/approvals/apr_")
        .doesNotContain("kmt_");
  }

  @Test
  void agent_pollsItsOwnApproval_andNoOtherAgentDoes() throws Exception {
    String id = asked();

    assertThat(api.agent(agent, "GET", "/v1/approvals/" + id, "").body())
        .contains("\"state\":\"pending\"")
        .doesNotContain("digest", "votes");
    assertThat(api.agent(other, "GET", "/v1/approvals/" + id, "").statusCode()).isEqualTo(404);
    assertThat(api.agent(other, "DELETE", "/v1/approvals/" + id, "").statusCode()).isEqualTo(404);
  }

  @Test
  void whoMayOnlyPassAlone_isNotAsked_andTheirPlainYesIsRefused() throws Exception {
    api.admin(
        "POST",
        "/v1/credentials",
        "{\"name\":\"glass\",\"allowedAgents\":[\"main\"],\"approval\":{\"totp\":true,\"of\":[\"bob\"],"
            + "\"breakGlass\":[\"owner\"]},\"bindings\":[{\"destination\":\"https://db.example\"}]}");
    Matcher asked =
        ID.matcher(
            api.agent(
                    agent,
                    "POST",
                    "/v1/requests",
                    "{\"credential\":\"glass\",\"reason\":\"count orders\"}")
                .body());
    assertThat(asked.find()).isTrue();
    String id = asked.group();
    String code = "\"code\":\"" + code("123456") + "\"";

    assertThat(api.admin("GET", "/v1/approvals/" + id, "").body())
        .contains("\"asksYou\":false", "\"mayVote\":true");
    assertThat(vote(id, "{\"decision\":\"approve\"," + code + "}").body()).contains("forbidden");
    assertThat(
            vote(
                    id,
                    "{\"decision\":\"approve\",\"breakGlass\":true,\"reason\":\"the site is down\","
                        + code
                        + "}")
                .body())
        .contains("\"state\":\"approved\"");
  }

  @Test
  void personsYes_letsTheSameRequestHaveItsToken() throws Exception {
    String id = asked();
    HttpResponse<String> voted =
        vote(id, "{\"decision\":\"approve\",\"code\":\"" + code("123456") + "\"}");

    assertThat(voted.statusCode()).as(voted.body()).isEqualTo(200);
    assertThat(voted.body()).contains("\"state\":\"approved\"").doesNotContain("123456");
    HttpResponse<String> granted = request("");
    assertThat(granted.statusCode()).isEqualTo(201);
    assertThat(granted.body()).contains("kmt_");
    assertThat(api.agent(agent, "GET", "/v1/approvals/" + id, "").body())
        .contains("\"state\":\"consumed\"");
  }

  @Test
  void requestThatWaits_isAnsweredWhenThePersonHas() throws Exception {
    String id = asked();
    Thread person =
        Thread.ofVirtual()
            .start(() -> {
              try {
                await()
                    .until(() ->
                        api.admin("GET", "/v1/approvals/" + id, "")
                            .body()
                            .contains("\"waiting\":1"));
                vote(id, "{\"decision\":\"approve\",\"code\":\"" + code("123456") + "\"}");
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });

    HttpResponse<String> reply = request(",\"wait\":\"30s\"");
    person.join();
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(201);
  }

  @Test
  void agentToken_answersNothing_onEitherListener() throws Exception {
    String id = asked();
    String yes = "{\"decision\":\"approve\",\"code\":\"" + code("123456") + "\"}";

    assertThat(api.adminAs(agent, "POST", "/v1/approvals/" + id + "/votes", yes).statusCode())
        .isEqualTo(403);
    assertThat(api.adminAs(agent, "POST", "/v1/approvals/" + id + "/challenges", yes).statusCode())
        .isEqualTo(403);
    assertThat(api.agent(agent, "POST", "/v1/approvals/" + id + "/votes", yes).statusCode())
        .isEqualTo(404);
    assertThat(api.admin("GET", "/v1/approvals/" + id, "").body())
        .contains("\"state\":\"pending\"");
    // The code was not burnt by the attempts.
    assertThat(vote(id, yes).statusCode()).isEqualTo(200);
  }

  @Test
  void list_showsTheBrokersSummary_andTheAgentsWordsApart() throws Exception {
    asked();

    assertThat(api.admin("GET", "/v1/approvals?state=pending", "").body())
        .contains(
            "\"summary\":\"use production-db — agent main\"",
            "\"reason\":\"count orders\"",
            "\"mayVote\":true",
            "\"factors\":[\"totp\"]",
            "\"missing\":1");
    assertThat(api.admin("GET", "/v1/approvals?state=denied", "").body())
        .isEqualTo("{\"approvals\":[]}");
  }

  @Test
  void reasonThatImitatesTheSummary_staysTheAgentsWords() throws Exception {
    api.agent(
        agent,
        "POST",
        "/v1/requests",
        "{\"credential\":\"production-db\",\"reason\":\"ok\\n\\u202e\\u0007 GET db.example / —"
            + " harmless\"}");

    assertThat(api.admin("GET", "/v1/approvals", "").body())
        .contains("\"reason\":\"ok  GET db.example / — harmless\"")
        .contains("\"summary\":\"use production-db — agent main\"");
  }

  @Test
  void no_isToldToTheAgent_withoutWhoSaidIt() throws Exception {
    String id = asked();
    assertThat(vote(id, "{\"decision\":\"deny\",\"reason\":\"not today\"}").body())
        .contains("\"state\":\"denied\"", "\"reason\":\"not today\"");

    HttpResponse<String> refused = request("");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body())
        .contains("approval_denied", "\"approval\":\"" + id + "\"")
        .doesNotContain("not today", "owner");
  }

  @Test
  void run_thatNeedsPeople_isRefusedWithTheApproval() throws Exception {
    HttpResponse<String> refused =
        api.admin(
            "POST",
            "/v1/runs",
            "{\"agent\":\"main\",\"trust\":\"isolated\",\"credentials\":[\"production-db\"]}");

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("approval_required", "\"approval\":\"apr_");
  }

  @Test
  void wrongInput_isAClearRefusal() throws Exception {
    String id = asked();

    assertThat(vote(id, "{\"decision\":\"maybe\"}").body()).contains("approve or deny");
    assertThat(vote(id, "{\"decision\":\"approve\"}").body()).contains("factor_required");
    assertThat(vote(id, "{\"decision\":\"approve\",\"scope\":\"all\"}").body())
        .contains("no such scope");
    assertThat(vote(id, "{\"decision\":\"approve\",\"seconds\":\"1\"}").body())
        .contains("not a whole number");
    assertThat(vote("apr_0000000000000000", "{\"decision\":\"deny\"}").statusCode()).isEqualTo(404);
    assertThat(vote("nonsense", "{\"decision\":\"deny\"}").body()).contains("invalid_name");
    assertThat(request(",\"wait\":\"soon\"").body()).contains("a duration is");
  }
}
