package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.PathPattern;
import io.keymantle.domain.Surface;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Guards beside the destination's: each attack is stopped, and succeeds once that one guard is
/// taken away.
final class GuardIT {
  private GatewayFixture gateway;
  private TestUpstream api;
  private String agent;
  private String token;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
    agent = gateway.broker.agent("main");
    api =
        gateway.upstream(
            GatewayFixture.HOST, TestUpstream.answering("echo " + GatewayFixture.VALUE));
    NetworkBinding any = GatewayFixture.binding(GatewayFixture.HOST, api.port());
    token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            new NetworkBinding(
                any.destination(),
                Set.of(),
                List.of(new PathPattern("/public/**")),
                any.surface(),
                new Injection.ReplaceToken(),
                1,
                List.of(),
                List.of()));
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
  }

  private Wire.Message ask(String path, String... fields) throws Exception {
    StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: api.test:");
    head.append(api.port()).append("\r\nAuthorization: Bearer ").append(token).append("\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return gateway.tunnel(agent, GatewayFixture.HOST, api.port()).ask(head + "\r\n");
  }

  @Test
  void dotSegments_leadingOutOfTheAllowedPath_areJudgedAsTheServerWillSeeThem() throws Exception {
    gateway.start();
    for (String path : List.of("/public/../admin", "/public/%2e%2e/admin", "/%70ublic/../admin")) {
      assertThat(ask(path).text()).contains("path_not_allowed");
    }
    assertThat(ask("/%70ublic/a").status()).isEqualTo(200);
    assertThat(api.heads()).hasSize(1);
    assertThat(api.heads().getFirst()).startsWith("GET /public/a HTTP/1.1");
  }

  @Test
  void encodedSeparators_inAJudgedPath_are400() throws Exception {
    gateway.start();
    for (String path :
        List.of(
            "/public/..%2fadmin",
            "/public/%2e%2e%5cadmin",
            "/public/%252e%252e%252fadmin",
            "/public//admin",
            "/public/..;/admin")) {
      assertThat(ask(path).text()).contains("ambiguous_request");
    }
    assertThat(api.received()).isEmpty();
  }

  @Test
  void encodedSeparators_inAJudgedPath_passOnceThePathGuardIsGone() throws Exception {
    gateway.without(Guard.PATH);
    ask("/public/..%2fadmin");
    assertThat(api.received()).contains("/public/..%2Fadmin").contains(GatewayFixture.VALUE);
  }

  @Test
  void pathThatIsNoText_inAJudgedPath_is400() throws Exception {
    gateway.start();
    for (String path :
        List.of(
            "/public/%c0%ae%c0%ae/admin",
            "/public/%c0%af..%c0%afadmin",
            "/public/%e0%80%ae/admin",
            "/public/a%0d%0ab",
            "/public/a%09b",
            "/public/%7f",
            "/public/%ed%a0%80")) {
      assertThat(ask(path).text()).as(path).contains("ambiguous_request");
    }
    assertThat(api.received()).isEmpty();
    assertThat(ask("/public/%c3%a4%20;a=b").status()).isEqualTo(200);
  }

  @Test
  void headersForAnotherPath_whereThePathIsJudged_areRefused() throws Exception {
    gateway.start();
    for (String name : List.of("X-Original-URL", "X-Rewrite-URL", "x_original_url")) {
      assertThat(ask("/public/a", name + ": /admin").text()).contains("path_not_allowed");
    }
    assertThat(api.received()).isEmpty();
  }

  @Test
  void headersForAnotherPath_passOnceThePathGuardIsGone() throws Exception {
    gateway.without(Guard.PATH);
    ask("/public/a", "X-Original-URL: /admin");
    assertThat(api.received()).contains("X-Original-URL: /admin").contains(GatewayFixture.VALUE);
  }

  @Test
  void headersForAnotherMethod_whereTheMethodIsJudged_areRefused() throws Exception {
    token =
        gateway.broker.grant(
            agent,
            "get-only",
            "another-Value-987654",
            new NetworkBinding(
                GatewayFixture.binding(GatewayFixture.HOST, api.port()).destination(),
                Set.of("GET"),
                List.of(),
                GatewayFixture.binding(GatewayFixture.HOST, api.port()).surface(),
                new Injection.ReplaceToken(),
                1,
                List.of(),
                List.of()));
    gateway.start();
    for (String name : List.of("X-HTTP-Method-Override", "X-HTTP-Method", "x_method_override")) {
      assertThat(ask("/admin", name + ": DELETE").text()).contains("method_not_allowed");
    }
    assertThat(ask("/admin?_method=DELETE").text()).contains("method_not_allowed");
    assertThat(api.received()).isEmpty();
    assertThat(ask("/admin").status()).isEqualTo(200);
  }

  private String post() {
    return "POST /public/a HTTP/1.1\r\nHost: api.test:"
        + api.port()
        + "\r\nContent-Length: "
        + token.length()
        + "\r\n\r\n"
        + token;
  }

  @Test
  void tokenInAStreamedBody_isRefused() throws Exception {
    gateway.start();
    Wire.Message reply = gateway.tunnel(agent, GatewayFixture.HOST, api.port()).ask(post());
    assertThat(reply.text()).contains("surface_mismatch");
    assertThat(api.received()).doesNotContain("kmt_");
  }

  @Test
  void tokenInAStreamedBody_goesOutRawOnceItsGuardIsGone() throws Exception {
    gateway.without(Guard.STREAMED_TOKENS);
    var _ = gateway.tunnel(agent, GatewayFixture.HOST, api.port()).ask(post());
    assertThat(api.received()).contains(token);
  }

  @Test
  void echoedValue_isMasked() throws Exception {
    gateway.start();
    assertThat(ask("/public/a").text()).isEqualTo("echo [redacted:github-api]");
  }

  @Test
  void echoedValue_reachesTheAgentOnceTheRedactionGuardIsGone() throws Exception {
    gateway.without(Guard.REDACTION);
    assertThat(ask("/public/a").text()).isEqualTo("echo " + GatewayFixture.VALUE);
  }

  @Test
  void guessing_byMaskedReplies_isLimited() throws Exception {
    gateway.start();
    int refused = 0;
    TestClient client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
    for (int i = 0; i < 70 && refused == 0; i++) {
      refused = client.ask(plain()).status() == 429 ? i : 0;
    }
    assertThat(refused).isEqualTo(GatewayLimits.DEFAULT.redactionHitsPerMinute());
  }

  @Test
  void guessing_byMaskedReplies_isEndlessOnceTheRatesGuardIsGone() throws Exception {
    gateway.without(Guard.RATES);
    TestClient client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
    for (int i = 0; i < 70; i++) {
      assertThat(client.ask(plain()).status()).isEqualTo(200);
    }
  }

  private String plain() {
    return "GET /public/a HTTP/1.1\r\nHost: api.test:" + api.port() + "\r\n\r\n";
  }

  @Test
  void upgradeToH2c_escapesOnceTheUpgradeGuardIsGone() throws Exception {
    gateway.without(Guard.UPGRADE);
    ask("/public/a", "Connection: Upgrade", "Upgrade: h2c");
    assertThat(api.received()).contains("Upgrade: h2c");
  }

  private String grant(String credential, String value, Surface surface) {
    return gateway.broker.grant(
        agent,
        credential,
        value,
        new NetworkBinding(
            GatewayFixture.binding(GatewayFixture.HOST, api.port()).destination(),
            Set.of(),
            List.of(),
            surface,
            new Injection.ReplaceToken(),
            1,
            List.of(),
            List.of()));
  }

  private Wire.Message askWithLineBreak() throws Exception {
    token = grant("broken", "real-Value\r\nX-Role: admin", new Surface.Header("authorization"));
    return ask("/");
  }

  @Test
  void valueWithALineBreak_isNotPutIn() throws Exception {
    gateway.start();
    assertThat(askWithLineBreak().text()).contains("value_unusable");
    assertThat(api.received()).isEmpty();
  }

  @Test
  void valueWithALineBreak_becomesAHeaderOnceItsGuardIsGone() throws Exception {
    gateway.without(Guard.VALUES);
    assertThat(askWithLineBreak().status()).isEqualTo(200);
    assertThat(api.heads().getFirst()).contains("\r\nX-Role: admin\r\n");
  }

  private Wire.Message askWithDots() throws Exception {
    String inPath = grant("dots", "../admin", new Surface.Path());
    return gateway
        .tunnel(agent, GatewayFixture.HOST, api.port())
        .ask("GET /bot/" + inPath + " HTTP/1.1\r\nHost: api.test:" + api.port() + "\r\n\r\n");
  }

  @Test
  void valueThatLeadsOutOfItsPath_isNotPutIn() throws Exception {
    gateway.start();
    assertThat(askWithDots().text()).contains("value_unusable");
    assertThat(api.received()).isEmpty();
  }

  @Test
  void valueThatLeadsOutOfItsPath_isPutInOnceItsGuardIsGone() throws Exception {
    gateway.without(Guard.VALUES);
    assertThat(askWithDots().status()).isEqualTo(200);
    assertThat(api.heads().getFirst()).startsWith("GET /bot/..%2Fadmin HTTP/1.1");
  }

  @Test
  void tokenInAPath_isMaskedInWhatIsRecorded() throws Exception {
    gateway.start();
    assertThat(ask("/public/" + token).text()).contains("surface_mismatch");
    assertThat(gateway.broker.events.toString()).contains("/public/[token]").doesNotContain(token);
  }

  @Test
  void tokenInAPath_isRecordedOnceItsGuardIsGone() throws Exception {
    gateway.without(Guard.RECORDS);
    assertThat(ask("/public/" + token).text()).contains("surface_mismatch");
    assertThat(gateway.broker.events.toString()).contains("/public/" + token);
  }
}
