package io.keymantle.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The built program with AWS Secrets Manager and Parameter Store, as moto plays them. Run by
/// `testing/e2e/aws`. Where moto differs from AWS is not leaned on: a stage is always named, and
/// moto checks no signature (sources/aws does).
class AwsSuite {
  private static final URI MOTO =
      URI.create(System.getenv().getOrDefault("KEYMANTLE_SUITE_MOTO", "http://127.0.0.1:1"));
  private static final String VALUE = "ghp_aws0123456789abcdefghijklmnopqrst";
  private static final String NEXT = "ghp_next123456789abcdefghijklmnopqrst";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Upstream upstream;
  private TestHome home;
  private GatewayAgent agent;

  @BeforeEach
  void start() throws Exception {
    post("/moto-api/reset", "", "", "");
    upstream = Upstream.start(folder);
    home = TestHome.up(folder, upstream);
    agent = GatewayAgent.add(home, "main");
    home.mustWithInput("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "credential", "add", "aws-key");
    for (String kind : List.of("aws-sm", "aws-ssm")) {
      home.must(
          "source",
          "set",
          kind,
          "--setting",
          "region=eu-central-1",
          "--setting",
          "endpoint=" + MOTO,
          "--setting",
          "access-key-id=AKIAIOSFODNN7EXAMPLE",
          "--setting",
          "ttl=1s",
          "--login",
          "secret-access-key=aws-key");
    }
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(home.must("ledger", "export", "--format", "json").output())
        .doesNotContain(VALUE, NEXT, "wJalrXUtn");
    home.close();
    upstream.close();
  }

  private String post(String path, String service, String target, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(MOTO.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(body));
    if (!target.isEmpty()) {
      // moto reads from this which service is meant.
      request
          .header("X-Amz-Target", target)
          .header("Content-Type", "application/x-amz-json-1.1")
          .header(
              "Authorization",
              "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-central-1/"
                  + service
                  + "/aws4_request, SignedHeaders=host, Signature=0");
    }
    HttpResponse<String> reply = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  private String secrets(String operation, String body) throws Exception {
    return post("/", "secretsmanager", "secretsmanager." + operation, body);
  }

  private void parameter(String name, String value, boolean over) throws Exception {
    post(
        "/",
        "ssm",
        "AmazonSSM.PutParameter",
        "{\"Name\":\"%s\",\"Value\":\"%s\",\"Type\":\"SecureString\",\"Overwrite\":%b}"
            .formatted(name, value, over));
  }

  private void add(String name, String source) {
    home.must(
        "credential",
        "add",
        name,
        "--source",
        source,
        "--destination",
        "https://" + Upstream.HOST,
        "--agents",
        "main");
  }

  /// What the upstream got when the agent used the credential.
  private String used(String name) throws IOException {
    ProxyConnection.Reply reply = agent.use(agent.token(name));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    String authorization = upstream.received().getLast().authorization();
    assertThat(reply.text()).doesNotContain(authorization.substring("Bearer ".length()));
    return authorization.substring("Bearer ".length());
  }

  private String refusal(String name) throws IOException {
    return agent.use(agent.token(name)).text();
  }

  @Test
  void secret_isUsed_inItsVersions_andTheLedgerNamesThem() throws Exception {
    JsonNode made =
        TestHome.parse(
            secrets(
                "CreateSecret",
                "{\"Name\":\"prod/github\",\"SecretString\":\"%s\"}".formatted(VALUE)));
    String first = made.get("VersionId").stringValue();
    add("current", "aws-sm:prod/github");
    add("previous", "aws-sm:prod/github?stage=AWSPREVIOUS");
    add("pinned", "aws-sm:prod/github?version=" + first);
    assertThat(used("current")).isEqualTo(VALUE);

    secrets(
        "PutSecretValue", "{\"SecretId\":\"prod/github\",\"SecretString\":\"%s\"}".formatted(NEXT));
    home.must("grant", "revoke", "--all");

    assertThat(used("current")).isEqualTo(NEXT);
    assertThat(used("previous")).isEqualTo(VALUE);
    assertThat(used("pinned")).isEqualTo(VALUE);
    assertThat(home.must("ledger", "export", "--format", "json").output()).contains(first);
  }

  @Test
  void memberOfJson_andBinary_areUsed() throws Exception {
    secrets(
        "CreateSecret",
        "{\"Name\":\"prod/db\",\"SecretString\":\"{\\\"password\\\":\\\"%s\\\",\\\"port\\\":5432}\"}"
            .formatted(VALUE));
    secrets(
        "CreateSecret",
        "{\"Name\":\"prod/bin\",\"SecretBinary\":\"%s\"}"
            .formatted(Base64.getEncoder().encodeToString(NEXT.getBytes(UTF_8))));
    add("db", "aws-sm:prod/db#password");
    add("bin", "aws-sm:prod/bin");

    assertThat(used("db")).isEqualTo(VALUE);
    assertThat(used("bin")).isEqualTo(NEXT);
  }

  @Test
  void parameter_isDecrypted_inItsVersions() throws Exception {
    parameter("/prod/github/token", VALUE, false);
    parameter("/prod/github/token", NEXT, true);
    add("newest", "aws-ssm:/prod/github/token");
    add("first", "aws-ssm:/prod/github/token?version=1");

    assertThat(used("newest")).isEqualTo(NEXT);
    assertThat(used("first")).isEqualTo(VALUE);
  }

  @Test
  void whatIsNotThere_isToldApart_withTheRequestId() throws Exception {
    secrets(
        "CreateSecret",
        "{\"Name\":\"prod/db\",\"SecretString\":\"{\\\"a\\\":\\\"%s\\\"}\"}".formatted(VALUE));
    add("none", "aws-sm:prod/none");
    add("member", "aws-sm:prod/db#password");
    add("parameter", "aws-ssm:/none");

    assertThat(refusal("none")).contains("source_not_found").contains("request ");
    assertThat(refusal("member")).contains("source_property_missing").doesNotContain(VALUE);
    assertThat(refusal("parameter")).contains("source_not_found");
  }

  @Test
  void source_isTested_andListsAllPages() throws Exception {
    for (int i = 0; i < 120; i++) {
      secrets(
          "CreateSecret", "{\"Name\":\"many/%03d\",\"SecretString\":\"%s\"}".formatted(i, VALUE));
      parameter("/many/%03d".formatted(i), VALUE, false);
    }

    home.must("source", "test", "aws-sm");
    home.must("source", "test", "aws-ssm");
    assertThat(items("aws-sm", "many/")).hasSize(120).contains("aws-sm:many/119");
    assertThat(items("aws-ssm", "/many/")).hasSize(120).contains("aws-ssm:/many/119");
    assertThat(items("aws-sm", "many/11")).hasSize(10);
  }

  private List<String> items(String source, String under) {
    List<String> items = new ArrayList<>();
    home.json("source", "browse", source, "--under", under, "--json")
        .get("items")
        .forEach(each -> items.add(each.stringValue()));
    return items;
  }

  @Test
  void secrets_areImported_afterARehearsalThatShowsNamesOnly() throws Exception {
    secrets("CreateSecret", "{\"Name\":\"team/github\",\"SecretString\":\"%s\"}".formatted(VALUE));
    secrets(
        "CreateSecret",
        "{\"Name\":\"team/db\",\"SecretString\":\"{\\\"user\\\":\\\"bot\\\",\\\"password\\\":\\\"%s\\\"}\"}"
            .formatted(NEXT));
    KeymantleCommand.Result rehearsal =
        home.run("credential", "import", "--from", "aws-sm", "team/", "--split", "--dry-run");
    assertThat(rehearsal.output())
        .contains("would import github from aws-sm:team/github")
        .contains("would import db-password from aws-sm:team/db#password")
        .doesNotContain(VALUE, NEXT);
    assertThat(home.must("credential", "list").output()).doesNotContain("db-password");

    home.must(
        "credential",
        "import",
        "--from",
        "aws-sm",
        "team/",
        "--split",
        "--agents",
        "main",
        "--destination",
        "https://" + Upstream.HOST);
    secrets("DeleteSecret", "{\"SecretId\":\"team/github\",\"ForceDeleteWithoutRecovery\":true}");

    assertThat(used("github")).isEqualTo(VALUE);
    assertThat(used("db-password")).isEqualTo(NEXT);
  }
}
