package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The main job: a broker token goes in, the value reaches the bound destination, and nothing of it
/// comes back.
final class InterceptionIT {
  private GatewayFixture gateway;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
  }

  @Test
  void token_inBearerHeader_valueReachesUpstreamAndOutcomeIsRecorded() throws Exception {
    TestUpstream upstream = gateway.upstream(GatewayFixture.HOST, TestUpstream.answering("hello"));
    gateway.start();
    String agent = gateway.broker.agent("main");
    String token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            GatewayFixture.binding(GatewayFixture.HOST, upstream.port()));

    TestClient client = gateway.tunnel(agent, GatewayFixture.HOST, upstream.port());
    for (int i = 0; i < 3; i++) {
      Wire.Message reply =
          client.ask(
              "GET /repos?a=b HTTP/1.1\r\nHost: api.test:"
                  + upstream.port()
                  + "\r\nAuthorization: Bearer "
                  + token
                  + "\r\nProxy-Connection: keep-alive\r\n\r\n");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).isEqualTo("hello");
    }

    assertThat(upstream.heads()).hasSize(3);
    assertThat(upstream.connections()).isEqualTo(1);
    assertThat(upstream.heads().getFirst())
        .startsWith("GET /repos?a=b HTTP/1.1\r\n")
        .contains("Authorization: Bearer " + GatewayFixture.VALUE + "\r\n")
        .doesNotContain("kmt_")
        .doesNotContain("Proxy-");
    assertThat(gateway.broker.outcomes)
        .containsExactly(
            new FakeRedeemer.Outcome("ok", "200"),
            new FakeRedeemer.Outcome("ok", "200"),
            new FakeRedeemer.Outcome("ok", "200"));
  }

  @Test
  void leafOfAnEarlierEdition_isShownNoMore() throws Exception {
    TestUpstream upstream = gateway.upstream(GatewayFixture.HOST, TestUpstream.answering("hello"));
    gateway.start();
    String agent = gateway.broker.agent("main");
    gateway.broker.grant(
        agent,
        "github-api",
        GatewayFixture.VALUE,
        GatewayFixture.binding(GatewayFixture.HOST, upstream.port()));
    Certificate first = gateway.tunnel(agent, GatewayFixture.HOST, upstream.port()).leaf();
    Certificate same = gateway.tunnel(agent, GatewayFixture.HOST, upstream.port()).leaf();
    gateway.local.renew();
    Certificate next = gateway.tunnel(agent, GatewayFixture.HOST, upstream.port()).leaf();

    assertThat(same).isEqualTo(first);
    assertThat(next).isNotEqualTo(first);
  }
}
