package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;

/// The client half of TLS in an intercepted tunnel: reads the server name, and answers with the
/// leaf of the CONNECT host whatever that name is. When the two differ, the requests inside are
/// refused with a reason instead of a mute alert.
final class TunnelTls extends AbstractSniHandler<SslContext> {
  /// A ClientHello with post-quantum key shares and ECH stays far below.
  private static final int LONGEST_HELLO = 16 * 1024;

  private static final int CLOSE_NOTIFY_MILLIS = 500;

  private final Engine engine;
  private final Loop loop;
  private final AgentAccount account;
  private final Destination destination;

  TunnelTls(Engine engine, Loop loop, AgentAccount account, Destination destination) {
    super(LONGEST_HELLO, engine.limits().handshake().toMillis());
    this.engine = engine;
    this.loop = loop;
    this.account = account;
    this.destination = destination;
  }

  @Override
  protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
    SslContext ready = engine.leaves().cached(destination.host());
    if (ready != null) {
      return ctx.executor().newSucceededFuture(ready);
    }
    Promise<SslContext> promise = ctx.executor().newPromise();
    var _ =
        engine
            .leaves()
            .make(destination.host())
            .whenComplete((context, failure) -> {
              if (context != null) {
                promise.setSuccess(context);
              } else {
                promise.setFailure(failure);
              }
            });
    return promise;
  }

  @Override
  protected void onLookupComplete(
      ChannelHandlerContext ctx, @Nullable String hostname, Future<SslContext> future) {
    Channel channel = ctx.channel();
    if (ctx.isRemoved()) {
      // The client left while the certificate was made.
      return;
    }
    if (!future.isSuccess()) {
      Channels.close(channel);
      return;
    }
    boolean literal = UpstreamDialer.isLiteral(destination.host());
    boolean agrees =
        hostname == null ? literal : !literal && hostname.equalsIgnoreCase(destination.host());
    SslHandler tls = future.getNow().newHandler(ctx.alloc());
    tls.setHandshakeTimeoutMillis(engine.limits().handshake().toMillis());
    tls.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
    channel
        .pipeline()
        .addLast(
            new ClientConnection(
                engine, loop, channel, new TunnelRouter(engine, account, destination, agrees)));
    channel.pipeline().replace(this, null, tls);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Channels.close(ctx);
  }
}
