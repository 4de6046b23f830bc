package io.keymantle.source.http;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// Calls a provider's API over HTTP/1.1 or 2. Follows no redirect, so that a login never goes to
/// another place; reads at most [#MOST_BYTES]. Thread-safe.
///
/// Not guaranteed: that the JDK's own buffers are zeroed.
public final class ProviderClient {
  /// The longest answer that is read.
  public static final int MOST_BYTES = 1024 * 1024;

  private static final Duration CONNECT = Duration.ofSeconds(4);

  /// How far clocks may differ before it is worth a word: logins that are signed are good for some
  /// minutes.
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final String provider;
  private final InstantSource clock;
  private final HttpClient client;

  /// @param provider how messages call it
  /// @param tls whom to trust and who to be; empty for the system's authorities
  public ProviderClient(String provider, Optional<SSLContext> tls) {
    this(provider, tls, Optional.empty());
  }

  /// @param server the name that the server's certificate has, where requests name its IP address
  public ProviderClient(String provider, Optional<SSLContext> tls, Optional<SNIHostName> server) {
    this(provider, tls, server, Clock.systemUTC());
  }

  ProviderClient(
      String provider,
      Optional<SSLContext> tls,
      Optional<SNIHostName> server,
      InstantSource clock) {
    this.provider = provider;
    this.clock = clock;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .executor(task -> Thread.ofVirtual().name("source").start(task));
    tls.ifPresent(builder::sslContext);
    server.ifPresent(name -> {
      SSLParameters parameters = builder.build().sslParameters();
      parameters.setServerNames(List.of(name));
      builder.sslParameters(parameters);
    });
    this.client = builder.build();
  }

  /// Sends a request. The caller closes the reply, whatever its status.
  ///
  /// @throws SourceException with UNAVAILABLE, TIMEOUT, UNTRUSTED, REDIRECTED or MALFORMED when
  ///   there is no reply that could be read
  public ProviderReply send(ProviderRequest request) throws SourceException {
    // The JDK's own limit ends with the headers; this one is for the body too.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(http(request), _ -> new Bounded());
    try {
      HttpResponse<byte[]> response = answer.get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
      ProviderReply reply =
          new ProviderReply(
              response.statusCode(),
              response.headers().map().entrySet().stream()
                  .collect(
                      Collectors.toMap(
                          entry -> entry.getKey().toLowerCase(java.util.Locale.ROOT),
                          entry -> List.copyOf(entry.getValue()))),
              response.body());
      if (reply.status() / 100 == 3 && reply.status() != 304) {
        reply.close();
        throw new SourceException(
            Reason.REDIRECTED,
            provider + " sends to another place" + reply.requestId() + ", which is not followed",
            "configure the address that it sends to, if that is right");
      }
      return reply;
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw failure(request, new HttpTimeoutException("body"));
    } catch (ExecutionException e) {
      throw failure(request, e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new SourceException(Reason.TIMEOUT, provider + " took too long", "try again");
    } finally {
      request.wipe();
    }
  }

  /// Sends a request whose reply has to be a 2xx.
  ///
  /// @throws SourceException as [#send], or what [ProviderReply#reason] makes of the status
  public ProviderReply require(ProviderRequest request) throws SourceException {
    ProviderReply reply = send(request);
    if (reply.status() / 100 == 2) {
      return reply;
    }
    reply.close();
    throw refusal(reply, ProviderReply.reason(reply.status()), "");
  }

  /// The exception for a reply that is a refusal.
  ///
  /// @param what the provider's own code for it, which is no secret; empty for none
  public SourceException refusal(ProviderReply reply, Reason reason, String what) {
    return refusal(reply, reason, what, fix(reason));
  }

  /// The same, where more is known of what mends it.
  public SourceException refusal(ProviderReply reply, Reason reason, String what, String fix) {
    String answered =
        provider
            + " answered "
            + reply.status()
            + (what.isEmpty() ? "" : " " + what)
            + reply.requestId();
    Duration skew = skew(reply);
    boolean clocks = reason == Reason.UNAUTHENTICATED && skew.abs().compareTo(SKEW) > 0;
    return clocks
        ? new SourceException(
            reason,
            answered
                + "; this machine's clock is "
                + skew.abs().toMinutes()
                + (skew.isNegative() ? " minutes ahead of" : " minutes behind")
                + " the provider's",
            "set the clock: timedatectl set-ntp true")
        : new SourceException(reason, answered, fix);
  }

  /// How far the provider's clock is ahead of this machine's, by its `Date`.
  private Duration skew(ProviderReply reply) {
    try {
      return reply
          .header("date")
          .map(date -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from))
          .map(date -> Duration.between(clock.instant(), date))
          .orElse(Duration.ZERO);
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  /// What mends it, where nothing more is known.
  public String fix(Reason reason) {
    return switch (reason) {
      case NOT_FOUND -> "put it there, or change the source with keymantle credential set --source";
      case FORBIDDEN -> "allow this identity to read it at " + provider;
      case UNAUTHENTICATED -> "renew the broker's own login at " + provider;
      case THROTTLED -> "raise the limit at " + provider + ", or wait";
      case TIMEOUT, UNAVAILABLE -> "see how it is: keymantle source list";
      default -> "see what it says of itself: keymantle source test";
    };
  }

  private HttpRequest http(ProviderRequest request) throws SourceException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri())
            .timeout(request.timeout())
            .method(
                request.method(),
                request.body().length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(request.body()));
    if (request.headers().isEmpty()) {
      return builder.build();
    }
    try {
      return builder.headers(request.headers().toArray(String[]::new)).build();
    } catch (IllegalArgumentException e) {
      request.wipe();
      // The JDK's message quotes the header, which may be a login.
      throw new SourceException(
          Reason.UNAUTHENTICATED,
          "the login for " + provider + " has a character that no header can have",
          "set it anew, without a line break in it");
    }
  }

  private SourceException failure(ProviderRequest request, @Nullable Throwable why) {
    String place = provider + " at " + request.uri().getAuthority();
    if (why instanceof HttpTimeoutException) {
      return new SourceException(
          Reason.TIMEOUT, place + " did not answer in time", fix(Reason.TIMEOUT));
    }
    if (why instanceof SSLException || (why != null && why.getCause() instanceof SSLException)) {
      return new SourceException(
          Reason.UNTRUSTED,
          place + " has no certificate that is trusted",
          "name its authority's file in the source's settings: ca=FILE");
    }
    if (why instanceof TooLongException) {
      return new SourceException(
          Reason.MALFORMED,
          place + " answered more than " + MOST_BYTES + " bytes",
          "see whether the address is the provider's API");
    }
    String what = why instanceof ConnectException ? " cannot be reached" : " broke off";
    return new SourceException(Reason.UNAVAILABLE, place + what, fix(Reason.UNAVAILABLE));
  }

  private static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /// Collects a body in one array, and leaves no other.
  private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
    private static final int FIRST = 16 * 1024;

    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final ZeroedBytes collected = new ZeroedBytes(FIRST);
    private Optional<Flow.Subscription> subscription = Optional.empty();

    @Override
    public CompletionStage<byte[]> getBody() {
      return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription its) {
      subscription = Optional.of(its);
      its.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> items) {
      for (ByteBuffer item : items) {
        byte[] piece = new byte[item.remaining()];
        item.get(piece);
        collected.write(piece, 0, piece.length);
        Arrays.fill(piece, (byte) 0);
      }
      if (collected.size() > MOST_BYTES) {
        subscription.ifPresent(Flow.Subscription::cancel);
        onError(new TooLongException());
      }
    }

    @Override
    public void onError(Throwable why) {
      collected.close();
      result.completeExceptionally(why);
    }

    @Override
    public void onComplete() {
      result.complete(collected.toByteArray());
      collected.close();
    }
  }
}
