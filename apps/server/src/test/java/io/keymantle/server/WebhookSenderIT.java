package io.keymantle.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalRequest;
import io.keymantle.control.ApprovalScope;
import io.keymantle.control.ApprovalState;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Factor;
import io.keymantle.domain.TrustLevel;
import io.keymantle.ledger.Ed25519LedgerSigner;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Announcements against a real HTTP server, their signatures against the JDK's own Ed25519.
class WebhookSenderIT {
  private static final byte[] SEED = new byte[32];

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Ed25519LedgerSigner signer = new Ed25519LedgerSigner("keymantle.local/test", SEED);
  private HttpServer server;
  private URI url;
  private int failures;
  private int failWith = 500;

  private record Received(
      String path, String id, String timestamp, String signature, String body) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          received.add(
              new Received(
                  exchange.getRequestURI().getPath(),
                  exchange.getRequestHeaders().getFirst("webhook-id"),
                  exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                  exchange.getRequestHeaders().getFirst("webhook-signature"),
                  body));
          boolean fails = received.size() <= failures;
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          exchange.sendResponseHeaders(fails ? failWith : 204, -1);
          exchange.close();
        });
    server.start();
    url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private WebhookSender sender() {
    return new WebhookSender(
        () -> List.of(url),
        signer,
        Clock.systemUTC(),
        List.of(Duration.ofMillis(1), Duration.ofMillis(1)));
  }

  private static Approval approval() {
    return new Approval(
        new ApprovalId("apr_0000000000000001"),
        new ApprovalRequest(
            ApprovalRequest.Kind.GRANT,
            new AgentName("main"),
            new CredentialName("production-db"),
            ApprovalRequest.Target.NONE,
            "please \"approve\" me",
            TrustLevel.ISOLATED,
            Optional.empty(),
            "",
            List.of(ApprovalRule.of(Factor.TOTP))),
        Instant.EPOCH,
        Instant.EPOCH.plusSeconds(900),
        ApprovalState.PENDING,
        List.of(),
        ApprovalScope.ONCE,
        Optional.empty(),
        Optional.empty(),
        1);
  }

  private boolean verifies(Received message) throws Exception {
    byte[] key = signer.publicKey();
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[i] = key[31 - i];
    }
    boolean odd = (bigEndian[0] & 0x80) != 0;
    bigEndian[0] &= 0x7f;
    PublicKey publicKey =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new EdECPublicKeySpec(
                    NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, bigEndian))));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(publicKey);
    signature.update(
        (message.id() + "." + message.timestamp() + "." + message.body())
            .getBytes(StandardCharsets.UTF_8));
    assertThat(message.signature()).startsWith("v1a,");
    return signature.verify(Base64.getDecoder().decode(message.signature().substring(4)));
  }

  @Test
  void announcement_isSignedByTheHomesKey_andSaysWhatIsAsked() throws Exception {
    try (WebhookSender sender = sender()) {
      sender.announce(approval());
      await().until(() -> received.size() == 1);
    }

    Received message = received.getFirst();
    assertThat(verifies(message)).isTrue();
    assertThat(message.id()).isEqualTo("msg_apr_0000000000000001_1");
    assertThat(message.body())
        .contains(
            "\"type\":\"approval.pending\"",
            "\"summary\":\"use production-db — agent main\"",
            "\"agentsOwnWords\":\"please \\\"approve\\\" me\"");
  }

  @Test
  void changedMessage_doesNotVerify() throws Exception {
    try (WebhookSender sender = sender()) {
      sender.announce(approval());
      await().until(() -> received.size() == 1);
    }
    Received message = received.getFirst();

    assertThat(
            verifies(
                new Received(
                    message.path(),
                    message.id(),
                    message.timestamp(),
                    message.signature(),
                    message.body().replace("pending", "approved"))))
        .isFalse();
  }

  @Test
  void receiverThatFails_isTriedAgainUnderTheSameId() {
    failures = 2;
    try (WebhookSender sender = sender()) {
      sender.announce(approval());
      await().until(() -> received.size() == 3);
    }
    assertThat(received).extracting(Received::id).containsOnly("msg_apr_0000000000000001_1");
  }

  @Test
  void receiverThatNeverTakesIt_isLeftAfterTheLastTry() {
    failures = 99;
    try (WebhookSender sender = sender()) {
      sender.announce(approval());
      await().until(() -> received.size() == 3);
      await()
          .during(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(5))
          .until(() -> received.size() == 3);
    }
  }

  @Test
  void redirect_isNotFollowed() {
    failures = 1;
    failWith = 307;
    try (WebhookSender sender = sender()) {
      sender.announce(approval());
      await().until(() -> received.size() == 2);
    }
    assertThat(received).extracting(Received::path).containsOnly("/hook");
  }
}
