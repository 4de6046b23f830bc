package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks the upstream proxy for a tunnel to the destination, then leaves the pipeline.
final class UpstreamProxyHandler extends ChannelInboundHandlerAdapter {
  private final UpstreamProxy proxy;
  private final Destination destination;
  private final GatewayLimits limits;
  private final UpstreamDialer.Dialled callback;
  private final ReplyParser parser;
  private final InputBuffer in = new InputBuffer();
  private @Nullable ScheduledFuture<?> timeout;
  private boolean done;

  UpstreamProxyHandler(
      UpstreamProxy proxy,
      Destination destination,
      GatewayLimits limits,
      UpstreamDialer.Dialled callback) {
    this.proxy = proxy;
    this.destination = destination;
    this.limits = limits;
    this.callback = callback;
    this.parser = new ReplyParser(limits);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    String target = destination.host() + ":" + destination.port();
    StringBuilder head = new StringBuilder();
    head.append("CONNECT ").append(target).append(" HTTP/1.1\r\nHost: ").append(target);
    proxy
        .authorization()
        .ifPresent(value -> head.append("\r\nProxy-Authorization: ").append(value));
    head.append("\r\n\r\n");
    ByteBuf out = ByteBufUtil.writeAscii(ctx.alloc(), head);
    Channels.writeAndFlush(ctx, out);
    timeout =
        ctx.executor()
            .schedule(
                () -> fail(ctx, "the upstream proxy did not answer in time"),
                limits.handshake().toMillis(),
                TimeUnit.MILLISECONDS);
    ctx.channel().config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    in.add(ctx.alloc(), (ByteBuf) message);
    if (done) {
      return;
    }
    try {
      ReplyParser.Incoming reply = parser.read(in.bytes(), true);
      if (reply == null) {
        return;
      }
      if (reply.head().status() / 100 != 2 || !in.isEmpty()) {
        fail(ctx, "the upstream proxy answered " + reply.head().status());
        return;
      }
    } catch (RefusedException e) {
      fail(ctx, "the upstream proxy's answer is not valid HTTP/1.1");
      return;
    }
    finish();
    ctx.channel().config().setAutoRead(false);
    ctx.pipeline().remove(this);
    callback.connected(ctx.channel());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, "the upstream proxy closed the connection");
  }

  private void finish() {
    done = true;
    in.release();
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  private void fail(ChannelHandlerContext ctx, String why) {
    if (done) {
      return;
    }
    finish();
    Channels.close(ctx);
    callback.failed(Refusals.unreachable(destination.toString(), why));
  }
}
