package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Scheme;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/// A tunnel that was just opened for interception: its first byte says whether the client speaks
/// TLS in it, and the rest follows from that. Confined to its loop.
final class TunnelFront extends ChannelInboundHandlerAdapter implements Sweeper.Expiring {
  private static final byte[] ESTABLISHED =
      "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int TLS_HANDSHAKE = 0x16;

  private final Engine engine;
  private final Loop loop;
  private final AgentAccount account;
  private final Destination secure;
  private final boolean secureAllowed;
  private final boolean plainAllowed;
  private final long openedAt;
  private int sweepSlot = -1;

  private TunnelFront(
      Engine engine,
      Loop loop,
      AgentAccount account,
      Destination secure,
      boolean secureAllowed,
      boolean plainAllowed) {
    this.engine = engine;
    this.loop = loop;
    this.account = account;
    this.secure = secure;
    this.secureAllowed = secureAllowed;
    this.plainAllowed = plainAllowed;
    this.openedAt = loop.sweeper().now();
  }

  /// Answers the CONNECT and takes the connection over.
  static void open(
      Engine engine,
      ClientConnection connection,
      AgentAccount account,
      Destination secure,
      boolean secureAllowed,
      boolean plainAllowed) {
    Channel channel = connection.channel();
    Loop loop = connection.loop();
    ByteBuf unread = connection.detach();
    Channels.writeAndFlush(channel, established());
    TunnelFront front = new TunnelFront(engine, loop, account, secure, secureAllowed, plainAllowed);
    channel.pipeline().addLast(front);
    loop.sweeper().add(front);
    if (unread.isReadable()) {
      channel.pipeline().fireChannelRead(unread);
      channel.pipeline().fireChannelReadComplete();
    } else {
      unread.release();
    }
  }

  static ByteBuf established() {
    return Unpooled.wrappedBuffer(ESTABLISHED);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    boolean tls = bytes.isReadable() && bytes.getUnsignedByte(bytes.readerIndex()) == TLS_HANDSHAKE;
    Channel channel = ctx.channel();
    loop.sweeper().remove(this);
    channel.pipeline().remove(this);
    if (tls && secureAllowed) {
      channel.pipeline().addLast(new TunnelTls(engine, loop, account, secure));
    } else if (tls) {
      bytes.release();
      Channels.close(channel);
      return;
    } else {
      Destination plain = new Destination(Scheme.HTTP, secure.host(), secure.port());
      ClientConnection.Router router =
          plainAllowed || !engine.has(Guard.PLAIN)
              ? new TunnelRouter(engine, account, plain, true)
              : new RefusingRouter(engine, account, plain, plainRefused(plain));
      channel.pipeline().addLast(new ClientConnection(engine, loop, channel, router));
    }
    channel.pipeline().fireChannelRead(bytes);
  }

  private static RefusedException plainRefused(Destination plain) {
    return RefusedException.of(
        ErrorCode.PLAIN_NOT_ALLOWED,
        "no binding of this agent names " + plain + " for plain HTTP",
        "speak TLS in the tunnel, or bind a credential to " + plain);
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
    if (now - openedAt > engine.limits().idle().toNanos()) {
      account.cut();
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
