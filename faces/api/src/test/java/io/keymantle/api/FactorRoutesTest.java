package io.keymantle.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.otp.OtpSeed;
import io.keymantle.otp.Totp;
import io.keymantle.testkit.SoftwareAuthenticator;
import io.keymantle.testkit.SoftwareAuthenticator.Algorithm;
import io.keymantle.testkit.TestBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A person's own factors over HTTP.
final class FactorRoutesTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private TestApi api;
  private final SoftwareAuthenticator authenticator =
      new SoftwareAuthenticator(Algorithm.ES256, TestBroker.SITE.origins().iterator().next());

  @BeforeEach
  void start() {
    api = new TestApi(TestBroker.withFactors(folder));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private JsonNode call(int status, String method, String target, String body) throws Exception {
    HttpResponse<String> answer = api.admin(method, target, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private String refusal(String method, String target, String body) throws Exception {
    return JSON.readTree(api.admin(method, target, body).body()).path("code").asString();
  }

  private String code(String uri) {
    byte[] text = uri.getBytes(StandardCharsets.US_ASCII);
    try (OtpSeed seed = OtpSeed.parse(text, 0, text.length)) {
      long step = Totp.stepAt(api.broker().clock().instant());
      return new String(seed.code(step), StandardCharsets.US_ASCII);
    }
  }

  private static String withCode(String code) {
    return "{\"code\":\"" + code + "\"}";
  }

  @Test
  void totp_isEnrolledConfirmedRenewedAndRemoved() throws Exception {
    JsonNode setup = call(201, "POST", "/v1/me/totp", "{\"algorithm\":\"SHA256\",\"digits\":8}");
    String uri = setup.path("uri").asString();
    assertThat(uri).contains("algorithm=SHA256&digits=8", setup.path("secret").asString());
    assertThat(setup.path("qr").size()).isGreaterThan(21);
    assertThat(call(200, "GET", "/v1/me/totp", "").toString())
        .contains("\"active\":false", "\"confirming\":true")
        .doesNotContain(setup.path("secret").asString());

    JsonNode codes = call(200, "POST", "/v1/me/totp/confirm", withCode(code(uri)));
    assertThat(codes.path("recoveryCodes").size()).isEqualTo(10);
    assertThat(call(200, "GET", "/v1/me/totp", "").toString())
        .contains("\"active\":true", "\"recoveryCodes\":10");

    assertThat(refusal("POST", "/v1/me/totp", "{}")).isEqualTo("factor_required");
    assertThat(refusal("POST", "/v1/me/recovery-codes", "{}")).isEqualTo("factor_required");
    assertThat(refusal("DELETE", "/v1/me/totp", withCode("wrong"))).isEqualTo("factor_refused");
    api.broker().clock().advance(Duration.ofSeconds(30));
    JsonNode renewed = call(200, "POST", "/v1/me/recovery-codes", withCode(code(uri)));
    String recovery = renewed.path("recoveryCodes").path(0).asString();
    call(200, "DELETE", "/v1/me/totp", withCode(recovery));
    assertThat(refusal("DELETE", "/v1/me/totp", "{}")).isEqualTo("factor_not_enrolled");
  }

  @Test
  void enrolment_ofAnotherShape_isRefused() throws Exception {
    assertThat(refusal("POST", "/v1/me/totp", "{\"digits\":7}")).isEqualTo("invalid_request");
    assertThat(refusal("POST", "/v1/me/totp", "{\"digits\":99999999999}"))
        .isEqualTo("invalid_request");
    assertThat(refusal("POST", "/v1/me/totp", "{\"algorithm\":\"MD5\"}"))
        .isEqualTo("invalid_request");
    assertThat(refusal("POST", "/v1/me/totp/confirm", withCode("000000"))).isEqualTo("not_found");
  }

  @Test
  void passkey_isAddedListedProvenAndRemoved() throws Exception {
    String id = addPasskey().path("id").asString();

    JsonNode listed = call(200, "GET", "/v1/me/passkeys", "").path("passkeys").path(0);
    assertThat(listed.path("id").asString()).isEqualTo(id);
    assertThat(listed.path("label").asString()).isEqualTo("laptop");
    assertThat(refusal("DELETE", "/v1/me/passkeys/" + id, "{}")).isEqualTo("factor_required");
    JsonNode challenge = call(201, "POST", "/v1/passkey-challenges", "{\"purpose\":\"proof\"}");
    String proof =
        JSON.writeValueAsString(
            Map.of(
                "proof",
                Map.of(
                    "challenge",
                    challenge.path("challenge").asString(),
                    "assertion",
                    authenticator.answer(challenge.path("options").toString()))));
    call(200, "DELETE", "/v1/me/passkeys/" + id, proof);
    assertThat(call(200, "GET", "/v1/me/passkeys", "").path("passkeys").size()).isZero();
  }

  private JsonNode addPasskey() throws Exception {
    JsonNode challenge = call(201, "POST", "/v1/passkey-challenges", "{\"purpose\":\"register\"}");
    String attestation = authenticator.register(challenge.path("options").toString());
    return call(
        201,
        "POST",
        "/v1/me/passkeys",
        JSON.writeValueAsString(
            Map.of(
                "challenge",
                challenge.path("challenge").asString(),
                "attestation",
                attestation,
                "label",
                "laptop")));
  }

  @Test
  void loginChallenge_takesNoSession_andOtherPurposesAreNotKnown() throws Exception {
    JsonNode challenge = call(201, "POST", "/v1/passkey-challenges", "{\"purpose\":\"login\"}");
    assertThat(challenge.path("options").path("publicKey").path("rpId").asString())
        .isEqualTo("localhost");
    assertThat(refusal("POST", "/v1/passkey-challenges", "{\"purpose\":\"approval\"}"))
        .isEqualTo("invalid_request");
  }

  @Test
  void agent_reachesNoneOfThem() throws Exception {
    String token =
        api.broker()
            .control()
            .agents()
            .add(TestBroker.OWNER, new AgentName("main"), EgressPolicy.DEFAULT)
            .token();
    for (String target :
        new String[] {
          "/v1/me/totp",
          "/v1/me/totp/confirm",
          "/v1/me/recovery-codes",
          "/v1/me/passkeys",
          "/v1/passkey-challenges"
        }) {
      assertThat(api.adminAs(token, "POST", target, "{\"purpose\":\"login\"}").statusCode())
          .isEqualTo(403);
      assertThat(api.agent(token, "POST", target, "{}").statusCode()).isEqualTo(404);
    }
  }
}
