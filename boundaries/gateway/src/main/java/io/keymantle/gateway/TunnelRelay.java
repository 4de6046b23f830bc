package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// One direction of a tunnel that is passed through without interception: nothing is read in it and
/// nothing substituted. Confined to its loop.
final class TunnelRelay extends ChannelInboundHandlerAdapter implements Sweeper.Expiring {
  private final Loop loop;
  private final Channel other;
  private final long idle;
  private long lastActive;
  private int sweepSlot = -1;

  private TunnelRelay(Loop loop, Channel other, long idle) {
    this.loop = loop;
    this.other = other;
    this.idle = idle;
    this.lastActive = loop.sweeper().now();
  }

  /// Dials the destination, answers the CONNECT and takes the connection over; or refuses it.
  static void open(
      Engine engine, ClientConnection connection, AgentAccount account, Destination destination) {
    Channel client = connection.channel();
    Loop loop = connection.loop();
    client.config().setAutoRead(false);
    engine
        .dialer()
        .dial(
            loop,
            destination,
            NamedAddresses.of(engine.redeemer(), account.session(), destination),
            false,
            new UpstreamDialer.Dialled() {
              @Override
              public void connected(Channel upstream) {
                if (!client.isActive()) {
                  Channels.close(upstream);
                  return;
                }
                ByteBuf unread = connection.detach();
                Channels.write(client, TunnelFront.established());
                client.flush();
                join(engine, loop, client, upstream);
                engine
                    .audit()
                    .passed(account.session(), destination.toString(), "CONNECT", "", 200);
                Channels.writeAndFlush(upstream, unread);
              }

              @Override
              public void failed(RefusedException why) {
                if (client.isActive()) {
                  engine
                      .audit()
                      .refused(
                          account.session(), destination.toString(), "CONNECT", "", why.problem());
                  connection.refuse(why.problem());
                }
              }
            });
  }

  private static void join(Engine engine, Loop loop, Channel client, Channel upstream) {
    long idle = engine.limits().idle().toNanos();
    TunnelRelay up = new TunnelRelay(loop, upstream, idle);
    TunnelRelay down = new TunnelRelay(loop, client, idle);
    client.pipeline().addLast(up);
    upstream.pipeline().addLast(down);
    loop.sweeper().add(down);
    client.closeFuture().addListener(closed -> Channels.close(upstream));
    upstream
        .closeFuture()
        .addListener(closed ->
            client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE));
    client.config().setAutoRead(true);
    upstream.config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    lastActive = loop.sweeper().now();
    Channels.write(other, message);
    if (!other.isWritable()) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    other.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    other.config().setAutoRead(ctx.channel().isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.sweeper().remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Channels.close(ctx);
  }

  @Override
  public void sweep(long now) {
    TunnelRelay opposite = other.pipeline().get(TunnelRelay.class);
    long last = opposite == null ? lastActive : Math.max(lastActive, opposite.lastActive);
    if (now - last > idle) {
      Channels.close(other);
    }
  }

  @Override
  public int sweepSlot() {
    return sweepSlot;
  }

  @Override
  public void sweepSlot(int slot) {
    sweepSlot = slot;
  }
}
