package io.keymantle.api;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// One connection: reads a request, answers it on a virtual thread, closes. Not shared.
// A write or close that fails has ended the connection, which channelInactive is told of.
@SuppressWarnings("FutureReturnValueIgnored")
final class ApiExchange extends SimpleChannelInboundHandler<HttpObject> {
  /// The filter, whose caller may wait for its own input as long as it likes.
  private static final String REDACT = "/v1/redact";

  /// How long a caller that is still sending may go on to do so after its answer, so that it reads
  /// the answer rather than a reset.
  private static final int LINGER_SECONDS = 2;

  private final ApiHandler routes;
  private final BiPredicate<Channel, String> hosts;
  private final Semaphore underWay;
  private final Optional<String> agentToken;
  private @Nullable RequestBody body;
  private boolean answering;
  private boolean patient;
  private volatile boolean readWhole;
  private volatile boolean discarding;

  ApiExchange(
      ApiHandler routes,
      BiPredicate<Channel, String> hosts,
      Semaphore underWay,
      Optional<String> agentToken) {
    this.routes = routes;
    this.hosts = hosts;
    this.underWay = underWay;
    this.agentToken = agentToken;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      refuseUnread(context, undecodable(message.decoderResult().cause()));
      return;
    }
    if (message instanceof HttpRequest request) {
      if (answering) {
        // A second request on the connection: the answer to the first closes it.
        return;
      }
      start(context, request);
    }
    RequestBody target = body;
    if (message instanceof HttpContent content && target != null) {
      readWhole = content instanceof LastHttpContent;
      if (!discarding && !target.offer(ByteBufUtil.getBytes(content.content()))) {
        context.channel().config().setAutoRead(false);
      }
      if (readWhole) {
        target.end();
        // From here on the caller may take its time to read.
        context.channel().config().setAutoRead(true);
      }
    }
  }

  private void start(ChannelHandlerContext context, HttpRequest request) {
    answering = true;
    ApiRequest received;
    Channel channel = context.channel();
    // By way of the event loop: a reader that is quicker than the pause would be overtaken by it,
    // and nobody would read on.
    RequestBody incoming =
        new RequestBody(
            () -> channel.eventLoop().execute(() -> channel.config().setAutoRead(true)));
    try {
      received = RequestReader.read(request, incoming, agentToken);
      if (!hosts.test(channel, received.header("host"))) {
        throw RefusedException.of(
            ErrorCode.FORBIDDEN,
            "the Host header does not name this listener",
            "use the URL that keymantle status shows");
      }
    } catch (RefusedException e) {
      refuseUnread(context, e.problem());
      return;
    }
    if (!underWay.tryAcquire()) {
      refuseUnread(
          context,
          new Problem(ErrorCode.TOO_MANY_CONNECTIONS, "too many calls are under way", "try again"));
      return;
    }
    body = incoming;
    patient = received.path().equals(REDACT);
    if (HttpUtil.is100ContinueExpected(request)) {
      context.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
    Thread.ofVirtual()
        .start(() -> {
          try {
            answer(channel, received);
          } finally {
            underWay.release();
          }
        });
  }

  private void answer(Channel channel, ApiRequest request) {
    ApiResponse response;
    try {
      response = routes.handle(request);
    } catch (RefusedException e) {
      response = Problems.response(e.problem());
    } catch (IOException e) {
      channel.close();
      return;
    } catch (RuntimeException e) {
      // The class alone: a message of somebody else's code may carry anything.
      System.getLogger("io.keymantle.api")
          .log(System.Logger.Level.ERROR, "{0} failed: {1}", request, e.getClass().getName());
      response =
          Problems.response(new Problem(ErrorCode.INTERNAL, "the broker failed", "see its log"));
    }
    switch (response) {
      case ApiResponse.Whole whole -> write(channel, whole);
      case ApiResponse.Streamed streamed -> stream(channel, streamed);
    }
  }

  private void write(Channel channel, ApiResponse.Whole whole) {
    ByteBuf content = Unpooled.wrappedBuffer(whole.body().duplicate());
    int length = content.readableBytes();
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(whole.status()), content);
    describe(response.headers(), whole);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    channel.writeAndFlush(response).addListener(_ -> closeAfter(channel));
  }

  private void closeAfter(Channel channel) {
    if (readWhole || body == null) {
      channel.close();
      return;
    }
    discarding = true;
    channel.config().setAutoRead(true);
    channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private void stream(Channel channel, ApiResponse.Streamed streamed) {
    HttpResponse head =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(streamed.status()));
    describe(head.headers(), streamed);
    HttpUtil.setTransferEncodingChunked(head, true);
    StreamStart start = new StreamStart(channel, head);
    try {
      streamed.writer().write(start);
      start.begin();
      start.flush();
      channel
          .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener(ChannelFutureListener.CLOSE);
    } catch (RefusedException e) {
      if (start.begun()) {
        channel.close();
      } else if (Problems.response(e.problem()) instanceof ApiResponse.Whole whole) {
        write(channel, whole);
      }
    } catch (IOException e) {
      channel.close();
    } catch (RuntimeException e) {
      System.getLogger("io.keymantle.api")
          .log(System.Logger.Level.ERROR, "a streamed answer failed: {0}", e.getClass().getName());
      channel.close();
    }
  }

  private static void describe(HttpHeaders headers, ApiResponse response) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    headers.set("x-content-type-options", "nosniff");
    response.headers().forEach(headers::set);
    headers.set(HttpHeaderNames.CONNECTION, "close");
  }

  private void refuseUnread(ChannelHandlerContext context, Problem problem) {
    answering = true;
    RequestBody target = body;
    if (target != null) {
      target.fail();
      context.close();
      return;
    }
    if (Problems.response(problem) instanceof ApiResponse.Whole whole) {
      write(context.channel(), whole);
    }
  }

  private static Problem undecodable(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException tooLong ->
          new Problem(ErrorCode.URI_TOO_LONG, "the request line is over 8 KiB", "shorten it");
      case TooLongHttpHeaderException tooLong ->
          new Problem(ErrorCode.HEAD_TOO_LARGE, "the headers are over 16 KiB", "send fewer");
      default ->
          new Problem(
              ErrorCode.AMBIGUOUS_REQUEST, "the request is not valid HTTP/1.1", "correct it");
    };
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    RequestBody target = body;
    if (target != null) {
      target.fail();
    }
    context.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!(event instanceof IdleStateEvent)) {
      context.fireUserEventTriggered(event);
      return;
    }
    RequestBody target = body;
    if (!answering) {
      context.close();
    } else if (target != null && !readWhole && !patient) {
      target.fail();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
