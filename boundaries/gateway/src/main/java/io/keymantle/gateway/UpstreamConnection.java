package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.gateway.HeadReader.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection to a verified destination: writes one request at a time and reads its
/// reply. Confined to its loop.
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Sweeper.Expiring {
  private static final int HEAD_SIZE = 1024;

  private final UpstreamPool.Key key;
  private final Loop loop;
  private final GatewayLimits limits;
  private final ReplyParser parser;
  private final PayloadReader payload;
  private final PayloadWriter writer = new PayloadWriter();
  private final InputBuffer in = new InputBuffer();
  private final Channel channel;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable Listener listener;
  private @Nullable Consumer<ByteBuf> raw;
  private State state = State.IDLE;
  private boolean toHead;
  private boolean persistent = true;
  private boolean requestDone = true;
  private boolean paused;
  private boolean processing;
  private boolean used;
  private boolean gone;
  private long lastActive;
  private long replyBy = Long.MAX_VALUE;
  private int sweepSlot = -1;

  private enum State {
    IDLE,
    HEAD,
    BODY,
    RAW,
    CLOSED
  }

  /// Receives one reply. Any call may be followed by no other: the listener may abort in it.
  interface Listener {
    void replyHead(ReplyParser.Incoming incoming);

    /// Takes ownership.
    void replyPiece(ByteBuf piece);

    void replyEnd(@Nullable HeaderFields trailers);

    /// The connection broke or the reply is wrong.
    ///
    /// @param untouched whether the peer closed a reused connection before any byte of a reply
    void replyFailed(RefusedException why, boolean untouched);

    /// Everything that was readable has been handed over.
    void replyPause();

    /// What was written has drained, or has piled up.
    void upstreamWritable(boolean writable);
  }

  private UpstreamConnection(
      Channel channel, UpstreamPool.Key key, Loop loop, GatewayLimits limits) {
    this.channel = channel;
    this.key = key;
    this.loop = loop;
    this.limits = limits;
    this.parser = new ReplyParser(limits);
    this.payload = new PayloadReader(limits.replyHead(), limits.headerCount());
    this.lastActive = loop.sweeper().now();
  }

  static UpstreamConnection on(Channel channel, UpstreamPool.Key key, Loop loop, Engine engine) {
    UpstreamConnection connection = new UpstreamConnection(channel, key, loop, engine.limits());
    channel.pipeline().addLast(connection);
    loop.sweeper().add(connection);
    channel.config().setAutoRead(true);
    return connection;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext context = ctx;
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }

  UpstreamPool.Key key() {
    return key;
  }

  /// Whether an idle connection can still be used.
  boolean leavePool() {
    return state == State.IDLE && channel.isActive();
  }

  /// Starts an exchange and writes the head, together with a small body when that is all of it.
  ///
  /// @param body the whole body or its beginning; ownership goes over
  void send(RequestHead head, ByteBuf body, Listener replies) {
    listener = replies;
    state = State.HEAD;
    toHead = head.method().equals("HEAD");
    persistent = true;
    requestDone = false;
    lastActive = loop.sweeper().now();
    ByteBuf out = channel.alloc().directBuffer(HEAD_SIZE);
    head.writeTo(out);
    writer.start(head.framing());
    Channels.write(context(), out);
    writer.piece(context(), body);
  }

  /// Takes ownership.
  void piece(ByteBuf piece) {
    lastActive = loop.sweeper().now();
    writer.piece(context(), piece);
  }

  void end(@Nullable HeaderFields trailers) {
    writer.end(context(), trailers);
    requestDone = true;
    if (state == State.HEAD) {
      replyBy = loop.sweeper().now() + limits.replyHeadWait().toNanos();
    }
  }

  void flush() {
    writer.settle(context());
    context().flush();
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  /// Stops or resumes handing over the reply.
  void pause(boolean pause) {
    if (paused == pause || state == State.CLOSED) {
      return;
    }
    paused = pause;
    channel.config().setAutoRead(!pause);
    if (!pause && !processing) {
      process();
      endOfRead();
      if (gone && !paused) {
        ended();
      }
    }
  }

  /// After a 101: bytes go to the consumer, with ownership, and come from [#write].
  void raw(Consumer<ByteBuf> consumer) {
    raw = consumer;
    state = State.RAW;
    replyBy = Long.MAX_VALUE;
    persistent = false;
  }

  /// Writes raw bytes after a 101; takes ownership.
  void write(ByteBuf bytes) {
    lastActive = loop.sweeper().now();
    Channels.write(context(), bytes);
  }

  /// Ends the exchange: back to the pool when the connection can be used again, else closed.
  void release() {
    listener = null;
    if (state == State.IDLE
        && persistent
        && requestDone
        && !paused
        && in.isEmpty()
        && channel.isActive()
        && loop.pool().release(this)) {
      used = true;
      return;
    }
    close();
  }

  void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      listener = null;
      if (gone) {
        in.release();
      }
      Channels.close(channel);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    lastActive = loop.sweeper().now();
    ByteBuf bytes = (ByteBuf) message;
    if (state == State.RAW && raw != null) {
      raw.accept(bytes);
      return;
    }
    if (state == State.CLOSED || state == State.IDLE) {
      // Bytes that nobody asked for would be taken for the reply to the next request.
      bytes.release();
      closeIdle();
      return;
    }
    in.add(context.alloc(), bytes);
    process();
  }

  private void closeIdle() {
    if (state == State.IDLE) {
      loop.pool().remove(this);
    }
    close();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    endOfRead();
  }

  private void endOfRead() {
    in.trim();
    if (listener != null) {
      listener.replyPause();
    }
  }

  private void process() {
    processing = true;
    try {
      while (!paused && listener != null && step(listener)) {
        // Each step hands over one part of the reply.
      }
    } catch (Malformed e) {
      fail(Refusals.invalidReply(e.text()), false);
    } catch (RefusedException e) {
      fail(e, false);
    } finally {
      processing = false;
    }
  }

  private boolean step(Listener to) {
    if (state == State.HEAD) {
      if (in.isEmpty()) {
        return false;
      }
      ReplyParser.Incoming incoming = parser.read(in.bytes(), toHead);
      if (incoming == null) {
        return false;
      }
      int status = incoming.head().status();
      if (status >= 200) {
        replyBy = Long.MAX_VALUE;
        persistent = incoming.persistent();
        payload.start(incoming.hasBody() ? incoming.head().framing() : Framing.NONE);
        state = State.BODY;
      }
      to.replyHead(incoming);
      if (state == State.RAW && raw != null && !in.isEmpty()) {
        raw.accept(in.take());
        return false;
      }
      return true;
    }
    if (state != State.BODY) {
      return false;
    }
    ByteBuf piece = payload.next(in.bytes());
    if (piece != null) {
      to.replyPiece(piece);
      return true;
    }
    if (payload.isDone() && state == State.BODY) {
      endReply(to);
    }
    return false;
  }

  private void endReply(Listener to) {
    state = State.IDLE;
    to.replyEnd(payload.trailers());
  }

  private void fail(RefusedException why, boolean untouched) {
    Listener to = listener;
    close();
    if (to != null) {
      to.replyFailed(why, untouched);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    loop.sweeper().remove(this);
    // What a slow client has not taken yet is handed over first.
    gone = paused && listener != null;
    if (!gone) {
      ended();
    }
  }

  private void ended() {
    Listener to = listener;
    if (to != null && (state == State.RAW || (state == State.BODY && payload.isUntilClose()))) {
      persistent = false;
      endReply(to);
      to.replyPause();
    } else if (to != null && state != State.CLOSED) {
      boolean untouched = used && state == State.HEAD && in.isEmpty();
      fail(
          Refusals.unreachable(key.destination().toString(), "it closed the connection"),
          untouched);
    } else if (state == State.IDLE) {
      loop.pool().remove(this);
    }
    state = State.CLOSED;
    in.release();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (listener != null) {
      listener.upstreamWritable(channel.isWritable());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A body that ends with the connection is whole only when TLS ended it too.
    if (state == State.BODY && payload.isUntilClose()) {
      fail(Refusals.unreachable(key.destination().toString(), "the connection broke"), false);
    }
    Channels.close(context);
  }

  @Override
  public void sweep(long now) {
    if (state == State.IDLE) {
      if (now - lastActive > limits.idle().toNanos()) {
        closeIdle();
      }
    } else if (now > replyBy) {
      fail(
          RefusedException.of(
              ErrorCode.UPSTREAM_TIMEOUT,
              key.destination() + " did not answer in time",
              "check the service at the destination"),
          false);
    }
  }

  long lastActive() {
    return lastActive;
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
