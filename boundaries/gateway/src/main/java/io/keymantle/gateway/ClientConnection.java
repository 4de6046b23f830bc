package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.gateway.HeadReader.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection from a client: reads requests one after the other and writes their
/// replies. What a request means is the [Router]'s business. Confined to its loop.
final class ClientConnection extends ChannelInboundHandlerAdapter
    implements ClientStream, Sweeper.Expiring {
  private static final int HEAD_SIZE = 512;

  /// A pipelining client's bytes are read ahead up to this.
  private static final int READ_AHEAD = 64 * 1024;

  private final Engine engine;
  private final Loop loop;
  private final Channel channel;
  private final Router router;
  private final RequestParser parser;
  private final PayloadReader payload;
  private final PayloadWriter writer = new PayloadWriter();
  private final InputBuffer in = new InputBuffer();
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable IncomingRequest request;
  private @Nullable Exchange exchange;
  private @Nullable WebSocketRelay relay;
  private State state = State.HEAD;
  private boolean replying;
  private boolean closing;
  private boolean processing;
  private boolean requestPaused;
  private boolean headBegun;
  private long headBy;
  private long lastActive;
  private int sweepSlot = -1;

  private enum State {
    /// A head is awaited or being read.
    HEAD,
    /// The body of the current request is being read.
    BODY,
    /// The request is read, its reply is not complete.
    REPLY,
    UPGRADED,
    /// Nothing more is read; the connection ends when the client has seen the last reply.
    LINGERING,
    CLOSED
  }

  /// Says what becomes of a request.
  interface Router {
    /// Looks at the bytes before a head is parsed; true when it has taken the connection over.
    boolean takesOver(ClientConnection connection, ByteBuf unread);

    /// Makes the exchange of a request, or null when it has taken the connection over.
    ///
    /// @throws RefusedException to refuse the request
    @Nullable Exchange route(ClientConnection connection, IncomingRequest request);

    /// How long the connection may be silent before its first request.
    Duration silence(GatewayLimits limits);

    /// A request was refused before it had an exchange.
    void refused(@Nullable IncomingRequest request, Problem problem);
  }

  ClientConnection(Engine engine, Loop loop, Channel channel, Router router) {
    this.engine = engine;
    this.loop = loop;
    this.channel = channel;
    this.router = router;
    this.parser = new RequestParser(engine.limits(), engine.has(Guard.FRAMING));
    this.payload = new PayloadReader(engine.limits().requestHead(), engine.limits().headerCount());
    this.lastActive = loop.sweeper().now();
    this.headBy = lastActive + router.silence(engine.limits()).toNanos();
  }

  Channel channel() {
    return channel;
  }

  Loop loop() {
    return loop;
  }

  /// Leaves the pipeline to what has taken the connection over; returns the unread bytes.
  ByteBuf detach() {
    state = State.CLOSED;
    loop.sweeper().remove(this);
    context().pipeline().remove(this);
    return in.take();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    loop.sweeper().add(this);
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext context = ctx;
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    lastActive = loop.sweeper().now();
    ByteBuf bytes = (ByteBuf) message;
    if (state == State.UPGRADED && relay != null) {
      relay.fromClient(bytes);
      return;
    }
    if (state == State.LINGERING || state == State.CLOSED) {
      bytes.release();
      return;
    }
    if (state == State.HEAD && !headBegun) {
      headBegun = true;
      headBy = lastActive + engine.limits().head().toNanos();
    }
    in.add(context.alloc(), bytes);
    process();
    if (state == State.REPLY && in.bytes().readableBytes() > READ_AHEAD) {
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    in.trim();
    if (exchange != null && state == State.BODY) {
      exchange.bodyPause();
    }
  }

  private void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      while (step()) {
        // Each step consumes a head or a piece of a body.
      }
    } catch (RefusedException e) {
      refuseUnrouted(e.problem());
    } catch (Malformed e) {
      malformedBody(e);
    } finally {
      processing = false;
    }
  }

  private boolean step() {
    if (state == State.HEAD) {
      return !in.isEmpty() && head();
    }
    Exchange current = exchange;
    if (state != State.BODY || current == null || requestPaused) {
      return false;
    }
    ByteBuf piece = payload.next(in.bytes());
    if (piece != null) {
      current.bodyPiece(piece);
    }
    if (payload.isDone() && state == State.BODY) {
      state = State.REPLY;
      current.bodyEnd(payload.trailers());
      return true;
    }
    return piece != null;
  }

  private boolean head() {
    if (router.takesOver(this, in.bytes())) {
      return false;
    }
    IncomingRequest next = parser.read(in.bytes());
    if (next == null) {
      return false;
    }
    headBy = Long.MAX_VALUE;
    request = next;
    closing = !next.persistent() || !next.http11();
    payload.start(next.head().framing());
    replying = true;
    state = payload.isDone() ? State.REPLY : State.BODY;
    Exchange made = router.route(this, next);
    if (made == null) {
      return false;
    }
    exchange = made;
    made.start();
    return state == State.BODY || state == State.HEAD;
  }

  private void refuseUnrouted(Problem problem) {
    router.refused(request, problem);
    if (request == null || exchange == null) {
      closing = true;
    }
    if (state == State.HEAD) {
      replying = true;
      closing = true;
    }
    refuse(problem);
  }

  private void malformedBody(Malformed e) {
    closing = true;
    Problem problem = Refusals.ambiguous(e.text()).problem();
    if (exchange != null) {
      exchange.refuse(problem);
    } else {
      refuseUnrouted(problem);
    }
  }

  @Override
  public boolean isHttp11() {
    return request != null && request.http11();
  }

  @Override
  public void informational(ReplyHead head) {
    ByteBuf out = channel.alloc().directBuffer(HEAD_SIZE);
    head.writeTo(out);
    Channels.write(context(), out);
  }

  @Override
  public void reply(ReplyHead head, ByteBuf body) {
    lastActive = loop.sweeper().now();
    if (head.framing().kind() == Framing.Kind.UNTIL_CLOSE || state == State.BODY) {
      closing = true;
    }
    if (closing && head.status() != 101) {
      head.fields().add("Connection", "close");
    }
    int length = body.readableBytes();
    ByteBuf out = channel.alloc().directBuffer(HEAD_SIZE + length);
    head.writeTo(out);
    out.writeBytes(body);
    body.release();
    Channels.write(context(), out);
    writer.start(head.framing());
  }

  @Override
  public void piece(ByteBuf piece) {
    lastActive = loop.sweeper().now();
    writer.piece(context(), piece);
  }

  @Override
  public void end(@Nullable HeaderFields trailers) {
    writer.end(context(), trailers);
    exchange = null;
    replying = false;
    if (state == State.UPGRADED || closing || state == State.BODY) {
      close();
      return;
    }
    context().flush();
    nextRequest();
  }

  private void nextRequest() {
    request = null;
    state = State.HEAD;
    requestPaused = false;
    headBegun = !in.isEmpty();
    headBy = headBegun ? loop.sweeper().now() + engine.limits().head().toNanos() : Long.MAX_VALUE;
    channel.config().setAutoRead(true);
    if (!processing && !in.isEmpty()) {
      process();
    }
  }

  @Override
  public void flush() {
    writer.settle(context());
    context().flush();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void refuse(Problem problem) {
    exchange = null;
    if (state == State.CLOSED || state == State.LINGERING || !replying) {
      return;
    }
    ByteBuf body = ProblemReply.body(problem);
    ReplyHead head = ProblemReply.head(problem, body);
    if (problem.code() == ErrorCode.PROXY_AUTHENTICATION_REQUIRED) {
      closing = true;
    }
    if (request != null && request.head().method().equals("HEAD")) {
      body.release();
      body = Unpooled.EMPTY_BUFFER;
    }
    reply(head, body);
    end(null);
  }

  @Override
  public void abort() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      exchange = null;
      // A reset, so that not even a body that ends with the connection looks whole.
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      Channels.close(channel);
    }
  }

  @Override
  public void pauseRequest(boolean pause) {
    if (requestPaused == pause || (state != State.BODY && state != State.UPGRADED)) {
      return;
    }
    requestPaused = pause;
    channel.config().setAutoRead(!pause);
    if (!pause) {
      process();
      if (exchange != null && state == State.BODY) {
        exchange.bodyPause();
      }
    }
  }

  @Override
  public void upgraded(WebSocketRelay to) {
    relay = to;
    state = State.UPGRADED;
    if (!in.isEmpty()) {
      to.fromClient(in.take());
    }
  }

  @Override
  public void write(ByteBuf bytes) {
    lastActive = loop.sweeper().now();
    Channels.write(context(), bytes);
  }

  /// Closes so that the last reply arrives: a plain close with unread bytes in the socket would
  /// reset the connection and take the reply with it.
  @Override
  public void close() {
    if (state == State.LINGERING || state == State.CLOSED) {
      return;
    }
    boolean unread = state == State.BODY || !in.isEmpty() || state == State.HEAD;
    state = State.LINGERING;
    headBy = loop.sweeper().now() + engine.limits().handshake().toNanos();
    channel.config().setAutoRead(true);
    context()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(unread ? new HalfClose() : ChannelFutureListener.CLOSE);
  }

  /// Ends the own direction and leaves the other to the client.
  private static final class HalfClose implements ChannelFutureListener {
    @Override
    public void operationComplete(io.netty.channel.ChannelFuture written) {
      Channel channel = written.channel();
      if (channel instanceof io.netty.channel.socket.DuplexChannel duplex) {
        io.netty.handler.ssl.SslHandler tls =
            channel.pipeline().get(io.netty.handler.ssl.SslHandler.class);
        if (tls != null) {
          tls.closeOutbound().addListener(done -> Channels.shutdownOutput(duplex));
        } else {
          Channels.shutdownOutput(duplex);
        }
      } else {
        Channels.close(channel);
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null && channel.isWritable()) {
      exchange.clientWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    state = State.CLOSED;
    loop.sweeper().remove(this);
    if (exchange != null) {
      exchange.clientClosed();
      exchange = null;
    }
    in.release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Channels.close(context);
  }

  @Override
  public void sweep(long now) {
    if (now > headBy) {
      headBy = Long.MAX_VALUE;
      if (state == State.HEAD && !in.isEmpty()) {
        replying = true;
        closing = true;
        refuse(Refusals.requestTimeout().problem());
      } else {
        Channels.close(channel);
      }
      return;
    }
    Exchange current = exchange;
    if (current != null && current.isOverdue(now)) {
      current.refuse(Refusals.tooLong().problem());
      return;
    }
    if (current != null && (current.isAwaitingReply() || current.isHeld())) {
      return;
    }
    long last = current == null ? lastActive : Math.max(lastActive, current.lastActive());
    if (now - last > engine.limits().idle().toNanos()) {
      Channels.close(channel);
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
