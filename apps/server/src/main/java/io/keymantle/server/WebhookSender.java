package io.keymantle.server;

import io.keymantle.control.Approval;
import io.keymantle.ledger.LedgerSigner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Announces approvals at webhooks, signed by the home's ledger key, and again after growing pauses
/// until the receiver takes them. Thread-safe; [#announce] never waits.
///
/// The signature is `v1a` of the Standard Webhooks specification: Ed25519 over `id.timestamp.body`.
/// The same key signs the ledger's checkpoints, which begin with the ledger's origin and therefore
/// never read as such a message.
///
/// Not guaranteed: delivery after a restart of the broker. What waits for an answer stands in
/// `approval list` all the same.
final class WebhookSender implements AutoCloseable {
  /// Pauses before each further try.
  static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5));

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int UNDER_WAY = 200;

  private final Supplier<List<URI>> webhooks;
  private final LedgerSigner signer;
  private final Clock clock;
  private final List<Duration> pauses;
  private final Semaphore underWay = new Semaphore(UNDER_WAY);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  WebhookSender(
      Supplier<List<URI>> webhooks, LedgerSigner signer, Clock clock, List<Duration> pauses) {
    this.webhooks = webhooks;
    this.signer = signer;
    this.clock = clock;
    this.pauses = List.copyOf(pauses);
  }

  /// Announces how an approval stands now.
  void announce(Approval approval) {
    for (URI url : webhooks.get()) {
      if (!underWay.tryAcquire()) {
        log(url, "is too slow: an announcement was dropped");
        continue;
      }
      WebhookMessage message = WebhookMessage.of(approval, clock.instant());
      threads.execute(() -> {
        try (HttpClient client = client()) {
          deliver(client, url, message);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } finally {
          underWay.release();
        }
      });
    }
  }

  private static HttpClient client() {
    // No redirects: the message is for the URL that a person named.
    return HttpClient.newBuilder()
        .version(Version.HTTP_1_1)
        .followRedirects(Redirect.NEVER)
        .connectTimeout(TIMEOUT)
        .build();
  }

  private void deliver(HttpClient client, URI url, WebhookMessage message)
      throws InterruptedException {
    for (int attempt = 0; !taken(client, url, message); attempt++) {
      if (attempt == pauses.size()) {
        log(url, "did not take an announcement in " + (attempt + 1) + " tries");
        return;
      }
      Thread.sleep(pauses.get(attempt));
    }
  }

  private boolean taken(HttpClient client, URI url, WebhookMessage message)
      throws InterruptedException {
    long timestamp = clock.instant().getEpochSecond();
    byte[] signature = signer.sign(message.content(timestamp).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("webhook-id", message.id())
            .header("webhook-timestamp", Long.toString(timestamp))
            .header("webhook-signature", "v1a," + Base64.getEncoder().encodeToString(signature))
            .POST(BodyPublishers.ofString(message.body()))
            .build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() / 100 == 2;
    } catch (IOException e) {
      return false;
    }
  }

  private static void log(URI url, String what) {
    System.getLogger("io.keymantle.server")
        .log(System.Logger.Level.WARNING, "webhook {0} {1}", url.getHost(), what);
  }

  /// Ends what is under way.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
