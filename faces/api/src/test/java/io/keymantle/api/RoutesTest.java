package io.keymantle.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.testkit.TestBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoutesTest {
  @TempDir Path folder;
  private TestApi api;
  private String token;

  @BeforeEach
  void start() {
    api = new TestApi(folder);
    token =
        api.broker()
            .control()
            .agents()
            .add(TestBroker.OWNER, new AgentName("main"), EgressPolicy.DEFAULT)
            .token();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void credential_addedWithASealedValue_isShownInTheShapeOfAnImport() throws Exception {
    HttpResponse<String> added = addCredential();
    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);

    HttpResponse<String> shown = api.admin("GET", "/v1/credentials/github-api", "");
    HttpResponse<String> list = api.admin("GET", "/v1/credentials", "");

    assertThat(shown.body())
        .isEqualTo(
            "{\"allowedAgents\":[\"main\"],\"requireTotp\":false,\"expiresAfter\":\"1h\","
                + "\"bindings\":[{\"destination\":\"https://api.github.com\"}]}");
    assertThat(list.body()).contains("\"name\":\"github-api\"").contains("\"valueVersion\":1");
    assertThat(added.body() + shown.body() + list.body()).doesNotContain("sealed");
  }

  @Test
  void change_replacesGivenFields_andAddsBindings() throws Exception {
    addCredential();

    HttpResponse<String> changed =
        api.admin(
            "PATCH",
            "/v1/credentials/github-api",
            "{\"expiresAfter\":\"5m\",\"addBindings\":[{\"destination\":\"https://b.example\"}]}");

    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(changed.body())
        .contains("\"expiresAfter\":\"5m\"")
        .contains("https://api.github.com")
        .contains("https://b.example")
        .contains("\"allowedAgents\":[\"main\"]");
    assertThat(api.admin("PATCH", "/v1/credentials/github-api", "{\"nonsense\":1}").body())
        .contains("nonsense");
  }

  @Test
  void replaceRotateRemove_work_andAnUnknownNameIsNotFound() throws Exception {
    addCredential();
    String sealed =
        api.broker().seal(new CredentialName("github-api"), "another-value-0123").text();

    assertThat(
            api.admin("PUT", "/v1/credentials/github-api", "{\"allowedAgents\":[\"ci\"]}")
                .statusCode())
        .isEqualTo(200);
    assertThat(
            api.admin("POST", "/v1/credentials/github-api/value", "{\"sealed\":\"" + sealed + "\"}")
                .body())
        .contains("\"valueVersion\":2");
    assertThat(api.admin("DELETE", "/v1/credentials/github-api", "").statusCode()).isEqualTo(200);
    assertThat(api.admin("GET", "/v1/credentials/github-api", "").statusCode()).isEqualTo(404);
  }

  @Test
  void importedFile_isReportedWithWhatMendsIt() throws Exception {
    HttpResponse<String> report =
        api.admin("POST", "/v1/imports", "{credentials: {'x': {allowedAgents: ['main'],}}} // own");

    assertThat(report.statusCode()).as(report.body()).isEqualTo(201);
    assertThat(report.body())
        .contains("\"name\":\"x\"")
        .contains("\"bound\":false")
        .contains("keymantle credential set x --destination");
  }

  @Test
  void agent_asksForACredential_andValidatesItsToken() throws Exception {
    addCredential();
    assertThat(api.agent(token, "GET", "/v1/credentials", "").body())
        .isEqualTo("{\"credentials\":[{\"name\":\"github-api\"}]}");

    HttpResponse<String> granted =
        api.agent(
            token, "POST", "/v1/requests", "{\"credential\":\"github-api\",\"reason\":\"r\"}");

    assertThat(granted.statusCode()).as(granted.body()).isEqualTo(201);
    String bare = granted.body().replaceAll(".*\"bare\":\"(kmt_\\w{40})\".*", "$1");
    assertThat(granted.body()).contains("\"token\":\"<credential:github-api:" + bare + ">\"");
    assertThat(
            api.agent(token, "POST", "/v1/grants/validate", "{\"token\":\"" + bare + "\"}").body())
        .contains("\"valid\":true");
    assertThat(api.admin("GET", "/v1/grants?live=true", "").body()).contains("\"state\":\"live\"");
    assertThat(api.admin("DELETE", "/v1/grants?all=true", "").body()).isEqualTo("{\"revoked\":1}");
    assertThat(
            api.agent(token, "POST", "/v1/grants/validate", "{\"token\":\"" + bare + "\"}").body())
        .contains("\"valid\":false", "grant_revoked");
  }

  @Test
  void refusal_isAProblem_ofItsStatus() throws Exception {
    HttpResponse<String> refused =
        api.agent(token, "POST", "/v1/requests", "{\"credential\":\"none\"}");

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(refused.body())
        .contains("\"code\":\"agent_not_allowed\"")
        .contains("\"status\":403")
        .contains("\"message\":")
        .contains("\"fix\":");
  }

  @Test
  void run_startsWithTokens_andItsOwnTokenEndsIt() throws Exception {
    addCredential();
    HttpResponse<String> run =
        api.admin(
            "POST",
            "/v1/runs",
            "{\"agent\":\"main\",\"trust\":\"isolated\",\"credentials\":[\"github-api\"],\"reason\":\"\"}");
    assertThat(run.statusCode()).as(run.body()).isEqualTo(201);
    String id = run.body().replaceAll(".*\"run\":\"(r_\\w+)\".*", "$1");
    String runToken = run.body().replaceAll(".*\"token\":\"(kma_\\w{40})\".*", "$1");
    assertThat(run.body()).contains("\"gatewayFolder\":\"/home/run/gateway\"", "\"bare\":\"kmt_");
    assertThat(api.agent(runToken, "GET", "/v1/whoami", "").body())
        .contains("\"agent\":\"main\"", "\"trust\":\"isolated\"", id);

    assertThat(api.adminAs(token, "DELETE", "/v1/runs/" + id, "").statusCode()).isEqualTo(403);
    assertThat(api.adminAs(runToken, "DELETE", "/v1/runs/" + id, "").statusCode()).isEqualTo(200);

    assertThat(api.agent(runToken, "GET", "/v1/whoami", "").statusCode()).isEqualTo(401);
  }

  @Test
  void agent_startsARunOfItself_whoseTokenStartsNoOther_andEndsItself() throws Exception {
    addCredential();
    HttpResponse<String> run =
        api.agent(token, "POST", "/v1/runs", "{\"credentials\":[\"github-api\"]}");
    assertThat(run.statusCode()).as(run.body()).isEqualTo(201);
    String id = run.body().replaceAll(".*\"run\":\"(r_\\w+)\".*", "$1");
    String runToken = run.body().replaceAll(".*\"token\":\"(kma_\\w{40})\".*", "$1");
    // The agent's word for its isolation is not taken.
    assertThat(api.agent(runToken, "GET", "/v1/whoami", "").body())
        .contains("\"agent\":\"main\"", "\"trust\":\"same-user\"", id);

    assertThat(api.agent(runToken, "POST", "/v1/runs", "{}").statusCode()).isEqualTo(403);
    assertThat(api.agent(token, "DELETE", "/v1/runs/" + id, "").statusCode()).isEqualTo(403);
    assertThat(api.agent(runToken, "DELETE", "/v1/runs/" + id, "").statusCode()).isEqualTo(200);

    assertThat(api.agent(runToken, "GET", "/v1/whoami", "").statusCode()).isEqualTo(401);
  }

  @Test
  void exec_streamsOutputAndStatus_asLinesOfJson() throws Exception {
    addCredential();
    String stdin = Base64.getEncoder().encodeToString("in".getBytes(StandardCharsets.UTF_8));

    HttpResponse<String> answer =
        api.agent(
            token,
            "POST",
            "/v1/exec",
            "{\"credential\":\"github-api\",\"command\":[\"/bin/x\",\"y\"],\"stdin\":\""
                + stdin
                + "\",\"environment\":{\"LANG\":\"C\"}}");

    assertThat(answer.body().lines())
        .containsExactly(
            "{\"stream\":\"stdout\",\"data\":\"b3V0\"}",
            "{\"stream\":\"stderr\",\"data\":\"ZXJy\"}",
            "{\"exit\":3}");
    ExecPort.Call call = api.execCalls().getFirst();
    assertThat(call.command()).containsExactly("/bin/x", "y");
    assertThat(call.agentToken()).isEqualTo(token);
    assertThat(call.brokerToken()).startsWith("kmt_");
    assertThat(call.environment()).isEqualTo(Map.of("LANG", "C"));
    assertThat(StandardCharsets.UTF_8.decode(call.stdin()).toString()).isEqualTo("in");
    assertThat(call.toString()).doesNotContain("kmt_").doesNotContain("kma_");
  }

  @Test
  void exec_byAPerson_runsInARunOfItsOwn_thatEndsWithIt() throws Exception {
    addCredential();

    HttpResponse<String> answer =
        api.admin(
            "POST",
            "/v1/exec",
            "{\"agent\":\"main\",\"credential\":\"github-api\",\"command\":[\"/bin/x\"]}");

    assertThat(answer.body()).endsWith("{\"exit\":3}\n");
    assertThat(api.broker().control().runs().list()).isEmpty();
    assertThat(api.admin("GET", "/v1/grants?live=true", "").body()).isEqualTo("{\"grants\":[]}");
  }

  @Test
  void exec_thatIsRefused_endsWithTheProblem() throws Exception {
    addCredential();
    api.refuseExec(RefusedException.of(ErrorCode.COMMAND_NOT_ALLOWED, "no", "bind it"));

    assertThat(
            api.agent(
                    token,
                    "POST",
                    "/v1/exec",
                    "{\"credential\":\"github-api\",\"command\":[\"/bin/x\"]}")
                .body())
        .contains("\"code\":\"command_not_allowed\"");
  }

  @Test
  void redaction_streams() throws Exception {
    assertThat(api.agent(token, "POST", "/v1/redact", "a hunter2 b").body())
        .isEqualTo("a [redacted:x] b");
    assertThat(api.admin("POST", "/v1/redact", "hunter2".repeat(50_000)).body())
        .isEqualTo("[redacted:x]".repeat(50_000));
  }

  @Test
  void sealedHome_tellsItsStatus_andOpensByPassphraseOnly() throws Exception {
    api.seal();
    assertThat(api.admin("GET", "/v1/status", "").body()).contains("\"sealed\":true");
    assertThat(api.admin("GET", "/v1/credentials", "").statusCode()).isEqualTo(401);
    assertThat(api.admin("POST", "/v1/sessions", "{\"passphrase\":\"x\"}").statusCode())
        .isEqualTo(403);

    HttpResponse<String> opened =
        api.admin("POST", "/v1/sessions", "{\"passphrase\":\"" + TestApi.PASSPHRASE + "\"}");

    assertThat(opened.statusCode()).isEqualTo(201);
    assertThat(opened.body()).contains("\"token\":\"kms_", "expiresAt");
    assertThat(api.admin("GET", "/v1/credentials", "").statusCode()).isEqualTo(200);
  }

  @Test
  void shutdown_isPassedOn() throws Exception {
    assertThat(api.admin("POST", "/v1/shutdown", "").statusCode()).isEqualTo(202);
    assertThat(api.stopped()).isTrue();
  }

  @Test
  void agents_areAddedListedAndRevoked() throws Exception {
    HttpResponse<String> added =
        api.admin(
            "POST",
            "/v1/agents",
            "{\"name\":\"ci\",\"egress\":{\"mode\":\"open\",\"allow\":[\"https://a.example\"],\"tunnel\":[]}}");
    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    assertThat(added.body()).contains("\"token\":\"kma_");

    assertThat(api.admin("GET", "/v1/agents", "").body())
        .contains("\"name\":\"ci\"", "\"mode\":\"open\"", "https://a.example")
        .doesNotContain("kma_");
    assertThat(api.admin("DELETE", "/v1/agents/ci", "").statusCode()).isEqualTo(200);
    assertThat(
            api.admin("POST", "/v1/agents", "{\"name\":\"x\",\"egress\":{\"mode\":\"wide\"}}")
                .statusCode())
        .isEqualTo(400);
  }

  private HttpResponse<String> addCredential() throws Exception {
    String sealed =
        api.broker().seal(new CredentialName("github-api"), "a-value-0123456789").text();
    return api.admin(
        "POST",
        "/v1/credentials",
        "{\"name\":\"github-api\",\"allowedAgents\":[\"main\"],\"bindings\":[{\"destination\":"
            + "\"https://api.github.com\"}],\"sealed\":\""
            + sealed
            + "\"}");
  }
}
