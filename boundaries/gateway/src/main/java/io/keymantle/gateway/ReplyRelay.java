package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.redaction.RedactionSet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The way back: one reply from the upstream, through redaction, to the client. Confined to its
/// loop.
///
/// A body that may change its length goes out chunked; a short one of known length is read whole
/// first, so that it keeps a `Content-Length` and costs one write.
final class ReplyRelay implements UpstreamConnection.Listener {
  /// Bodies up to this length are read whole before the head goes out.
  private static final int GATHERED = 32 * 1024;

  /// Interim replies (1xx) before the final one: nothing else bounds what they may hold.
  private static final int MOST_INTERIM = 16;

  private final Exchange exchange;
  private final Engine engine;
  private final Loop loop;
  private final ClientStream client;
  private final Consumer<ByteBuf> out = this::safe;
  private @Nullable ReplyFilter filter;
  private @Nullable ReplyHead head;
  private @Nullable WebSocketRelay socket;
  private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
  private final Deque<ByteBuf> waiting = new ArrayDeque<>(0);
  private Set<String> recordedHits = Set.of();
  private int interim;
  private boolean gathering;
  private boolean begun;
  private boolean tooManyHits;
  private boolean closed;

  ReplyRelay(Exchange exchange, Engine engine, Loop loop, ClientStream client) {
    this.exchange = exchange;
    this.engine = engine;
    this.loop = loop;
    this.client = client;
  }

  /// Whether any byte of the final reply has gone to the client.
  boolean hasBegun() {
    return begun;
  }

  @Override
  public void replyHead(ReplyParser.Incoming incoming) {
    if (closed) {
      return;
    }
    int status = incoming.head().status();
    if (status == 101) {
      requireAskedFor(incoming);
    } else if (status < 200 && !client.isHttp11()) {
      return;
    }
    if (!engine.has(Guard.REDACTION)) {
      begin(incoming, RedactionSet.EMPTY);
      return;
    }
    CompletableFuture<RedactionSet> values =
        engine.redeemer().redactions(exchange.session()).toCompletableFuture();
    if (values.isDone() && !values.isCompletedExceptionally()) {
      begin(incoming, values.join());
      return;
    }
    UpstreamConnection upstream = exchange.upstream();
    if (upstream != null) {
      upstream.pause(true);
    }
    var _ = values.whenComplete((set, failure) -> loop.run(() -> resumed(incoming, set, failure)));
  }

  private void requireAskedFor(ReplyParser.Incoming incoming) {
    String asked = exchange.request().upgrade();
    if (asked == null || !asked.equals(incoming.upgrade())) {
      throw Refusals.invalidReply("it switches to a protocol that was not asked for");
    }
    if (incoming.head().fields().contains("sec-websocket-extensions")
        && engine.has(Guard.UPGRADE)) {
      throw Refusals.invalidReply("it uses a WebSocket extension that was not asked for");
    }
  }

  private void resumed(
      ReplyParser.Incoming incoming, @Nullable RedactionSet values, @Nullable Throwable failure) {
    if (closed) {
      return;
    }
    try {
      if (values == null) {
        throw unreadable(failure);
      }
      begin(incoming, values);
      UpstreamConnection upstream = exchange.upstream();
      if (upstream != null && !closed) {
        upstream.pause(!client.isWritable());
      }
    } catch (RefusedException e) {
      exchange.refuse(e.problem());
    }
  }

  private static RefusedException unreadable(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RefusedException refused
        ? refused
        : RefusedException.of(
            ErrorCode.REPLY_UNREADABLE,
            "the values that have to be masked in the reply are not at hand",
            "look at: keymantle doctor");
  }

  private void begin(ReplyParser.Incoming incoming, RedactionSet values) {
    ReplyHead reply = incoming.head();
    ReplyFilter.Context context =
        new ReplyFilter.Context(
            exchange.session(), exchange.destination(), exchange.uses(), values, this::masked);
    ReplyFilter filtering =
        engine.has(Guard.REDACTION)
            ? engine.filters().filter(context, reply, incoming.hasBody())
            : null;
    requireFewHits();
    if (reply.status() < 200 && reply.status() != 101) {
      if (++interim > MOST_INTERIM) {
        throw Refusals.invalidReply("more than " + MOST_INTERIM + " interim replies");
      }
      client.informational(reply);
      client.flush();
      close(filtering);
      return;
    }
    record(reply.status());
    filter = filtering;
    head = reply;
    if (reply.status() == 101) {
      begun = true;
      upgrade(context, reply, incoming);
      return;
    }
    frame(reply, incoming.hasBody(), filtering == null || filtering.passesBody());
    if (!gathering) {
      begun = true;
      client.reply(reply, Unpooled.EMPTY_BUFFER);
    }
  }

  private void record(int status) {
    exchange.outcome("ok", Integer.toString(status));
    if (exchange.uses().isEmpty()) {
      engine
          .audit()
          .passed(
              exchange.session(),
              exchange.destination().toString(),
              exchange.request().head().method(),
              exchange.request().head().path(),
              status);
    }
  }

  private void frame(ReplyHead reply, boolean hasBody, boolean passes) {
    Framing received = reply.framing();
    if (!hasBody) {
      // What a GET would have carried is only true when nothing changes it.
      reply.framing(
          passes && received.kind() == Framing.Kind.LENGTH && reply.status() != 204
              ? received
              : Framing.NONE);
      return;
    }
    boolean whole = received.kind() == Framing.Kind.LENGTH && received.length() <= GATHERED;
    ReplyFilter filtering = filter;
    if (whole || (filtering != null && filtering.holdsBody())) {
      gathering = true;
      return;
    }
    if (!passes || received.kind() == Framing.Kind.UNTIL_CLOSE) {
      reply.framing(client.isHttp11() ? Framing.CHUNKED : Framing.UNTIL_CLOSE);
    } else if (received.kind() == Framing.Kind.CHUNKED && !client.isHttp11()) {
      reply.framing(Framing.UNTIL_CLOSE);
    }
  }

  private void upgrade(
      ReplyFilter.Context context, ReplyHead reply, ReplyParser.Incoming incoming) {
    UpstreamConnection upstream = exchange.upstream();
    if (upstream == null) {
      return;
    }
    reply.framing(Framing.NONE);
    reply.fields().add("Connection", "Upgrade");
    reply.fields().add("Upgrade", incoming.upgrade() == null ? "" : incoming.upgrade());
    client.reply(reply, Unpooled.EMPTY_BUFFER);
    client.flush();
    boolean filtered = engine.has(Guard.STREAMED_TOKENS);
    WebSocketRelay relay =
        new WebSocketRelay(
            exchange,
            upstream,
            client,
            filtered ? engine.filters().fromClient(context) : null,
            engine.has(Guard.REDACTION) ? engine.filters().fromServer(context) : null);
    socket = relay;
    upstream.raw(bytes -> withValues(bytes, relay::fromServer));
    client.upgraded(relay);
  }

  private void masked(String label, String encoding) {
    if (!engine.usage(exchange.session()).hit(System.nanoTime())) {
      tooManyHits = true;
    }
    if (recordedHits.isEmpty()) {
      recordedHits = new HashSet<>();
    }
    if (recordedHits.add(label + "/" + encoding)) {
      engine
          .audit()
          .redacted(exchange.session(), exchange.destination().toString(), label, encoding);
    }
  }

  /// @throws RefusedException when the agent's replies held too many values lately
  void requireFewHits() {
    if (tooManyHits) {
      throw RefusedException.of(
          ErrorCode.RATE_LIMITED,
          "too many replies held secret values within a minute",
          "wait a minute; the service should not echo credentials");
    }
  }

  @Override
  public void replyPiece(ByteBuf piece) {
    withValues(piece, this::readable);
  }

  /// Hands bytes on once the values that the agent has been granted by now are at hand.
  private void withValues(ByteBuf bytes, Consumer<ByteBuf> next) {
    if (closed) {
      bytes.release();
      return;
    }
    if (waiting.isEmpty() && !engine.has(Guard.REDACTION)) {
      next.accept(bytes);
      return;
    }
    CompletableFuture<RedactionSet> values =
        engine.redeemer().redactions(exchange.session()).toCompletableFuture();
    if (waiting.isEmpty() && values.isDone()) {
      next.accept(bytes);
      return;
    }
    waiting.add(bytes);
    UpstreamConnection upstream = exchange.upstream();
    if (waiting.size() == 1 && upstream != null) {
      upstream.pause(true);
      var _ = values.whenComplete((set, failure) -> loop.run(() -> waited(upstream, next)));
    }
  }

  private void waited(UpstreamConnection upstream, Consumer<ByteBuf> next) {
    try {
      while (!closed && !waiting.isEmpty()) {
        next.accept(waiting.remove());
      }
    } catch (RefusedException e) {
      exchange.refuse(e.problem());
    }
    if (!closed) {
      client.flush();
      upstream.pause(!client.isWritable());
    }
  }

  private void readable(ByteBuf piece) {
    ReplyFilter filtering = filter;
    if (filtering == null) {
      safe(piece);
    } else {
      filtering.piece(piece, out);
      requireFewHits();
    }
    UpstreamConnection upstream = exchange.upstream();
    if (!closed && !gathering && !client.isWritable() && upstream != null) {
      upstream.pause(true);
    }
  }

  private void safe(ByteBuf piece) {
    if (closed || tooManyHits) {
      piece.release();
    } else if (gathering) {
      gather(piece);
    } else {
      client.piece(piece);
    }
  }

  private void gather(ByteBuf piece) {
    if (!gathered.isReadable()) {
      gathered.release();
      gathered = piece;
      return;
    }
    CompositeByteBuf all =
        gathered instanceof CompositeByteBuf composite
            ? composite
            : Unpooled.compositeBuffer(1024).addComponent(true, gathered);
    gathered = all.addComponent(true, piece);
  }

  @Override
  public void replyEnd(@Nullable HeaderFields trailers) {
    if (closed) {
      return;
    }
    ReplyFilter filtering = filter;
    if (filtering == null) {
      finished(trailers);
      return;
    }
    if (trailers != null) {
      filtering.trailers(trailers);
    }
    CompletableFuture<Void> finishing =
        filtering.finish(piece -> loop.run(() -> safe(piece))).toCompletableFuture();
    if (finishing.isDone() && !finishing.isCompletedExceptionally()) {
      requireFewHits();
      finished(trailers);
      return;
    }
    var _ =
        finishing.whenComplete(
            (nothing, failure) -> loop.run(() -> finishedLate(trailers, failure)));
  }

  private void finishedLate(@Nullable HeaderFields trailers, @Nullable Throwable failure) {
    if (closed) {
      return;
    }
    if (failure != null) {
      exchange.refuse(unreadable(failure).problem());
      return;
    }
    try {
      requireFewHits();
      finished(trailers);
      client.flush();
    } catch (RefusedException e) {
      exchange.refuse(e.problem());
    }
  }

  private void finished(@Nullable HeaderFields trailers) {
    ReplyHead reply = head;
    if (gathering && reply != null) {
      gathering = false;
      begun = true;
      reply.framing(Framing.length(gathered.readableBytes()));
      ByteBuf whole = gathered;
      gathered = Unpooled.EMPTY_BUFFER;
      client.reply(reply, whole);
    }
    closed = true;
    exchange.complete();
    client.end(trailers);
  }

  @Override
  public void replyFailed(RefusedException why, boolean untouched) {
    if (closed || (untouched && exchange.retry())) {
      return;
    }
    exchange.outcome("failed", why.problem().code().text());
    exchange.refuse(why.problem());
  }

  @Override
  public void replyPause() {
    if (begun) {
      client.flush();
    }
  }

  @Override
  public void upstreamWritable(boolean writable) {
    client.pauseRequest(!writable);
  }

  void clientWritable() {
    UpstreamConnection upstream = exchange.upstream();
    if (!closed && begun && waiting.isEmpty() && upstream != null) {
      upstream.pause(!client.isWritable());
    }
  }

  void close() {
    closed = true;
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    gathered.release();
    gathered = Unpooled.EMPTY_BUFFER;
    close(filter);
    filter = null;
    if (socket != null) {
      socket.close();
    }
  }

  private static void close(@Nullable ReplyFilter filtering) {
    if (filtering != null) {
      filtering.close();
    }
  }
}
