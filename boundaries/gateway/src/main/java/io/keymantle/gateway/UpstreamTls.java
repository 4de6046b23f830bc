package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/// The upstream half of TLS: the handshake, and the check that the peer's certificate is trusted
/// and names the destination, before anybody can write a byte of a request.
final class UpstreamTls {
  private final UpstreamTrust trust;
  private final GatewayConfiguration configuration;

  UpstreamTls(UpstreamTrust trust, GatewayConfiguration configuration) {
    this.trust = trust;
    this.configuration = configuration;
  }

  void handshake(Channel channel, Destination destination, UpstreamDialer.Dialled callback) {
    CompletableFuture<SslContext> context = trust.context();
    if (context.isDone()) {
      handshake(context, channel, destination, callback);
      return;
    }
    var _ =
        context.whenComplete((made, failure) ->
            channel.eventLoop().execute(() -> handshake(context, channel, destination, callback)));
  }

  private void handshake(
      CompletableFuture<SslContext> trusting,
      Channel channel,
      Destination destination,
      UpstreamDialer.Dialled callback) {
    if (trusting.isCompletedExceptionally()) {
      Channels.close(channel);
      callback.failed(
          RefusedException.of(
              ErrorCode.UPSTREAM_UNTRUSTED,
              "the platform's certificate authorities cannot be read; nothing was sent",
              "install ca-certificates, then keymantle down and keymantle up"));
      return;
    }
    SslContext context = trusting.join();
    String host = UpstreamDialer.bare(destination.host());
    SslHandler handler = context.newHandler(channel.alloc(), host, destination.port());
    SSLParameters parameters = handler.engine().getSSLParameters();
    if (!UpstreamDialer.isLiteral(destination.host())) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    parameters.setEndpointIdentificationAlgorithm(
        configuration.protection().has(Guard.PEER) ? "HTTPS" : null);
    handler.engine().setSSLParameters(parameters);
    handler.setHandshakeTimeoutMillis(configuration.limits().handshake().toMillis());
    channel.pipeline().addFirst(handler);
    handler
        .handshakeFuture()
        .addListener(future -> {
          if (future.isSuccess()) {
            callback.connected(channel);
            return;
          }
          Channels.close(channel);
          callback.failed(untrusted(destination, future.cause()));
        });
    channel.config().setAutoRead(true);
  }

  private static RefusedException untrusted(Destination destination, Throwable cause) {
    if (cause instanceof SslHandshakeTimeoutException) {
      return RefusedException.of(
          ErrorCode.UPSTREAM_TIMEOUT,
          destination + " did not finish the TLS handshake in time",
          "check the service at the destination");
    }
    if (cause instanceof SSLException) {
      return RefusedException.of(
          ErrorCode.UPSTREAM_UNTRUSTED,
          "the certificate or TLS of " + destination + " is not acceptable; nothing was sent",
          "if its authority is your own: keymantle up --upstream-ca FILE");
    }
    return Refusals.unreachable(
        destination.toString(), "the connection broke in the TLS handshake");
  }
}
