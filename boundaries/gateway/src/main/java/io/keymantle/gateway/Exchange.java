package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretLease;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request and its reply: judged, redeemed, forwarded, and its reply handed to a [ReplyRelay].
/// Knows nothing of how the client's bytes are framed. Confined to its loop.
///
/// Order of what matters (docs/design.md §5): the head is judged as it will be forwarded; the
/// redemption's record and the dial run side by side; a value is written only when the record is
/// durable, the peer is verified and the grant still lives.
final class Exchange implements UpstreamPool.Acquired {
  private final Engine engine;
  private final Loop loop;
  private final ClientStream client;
  private final AgentSession session;
  private final Destination destination;
  private final Destination judged;
  private final IncomingRequest request;
  private final RequestHead head;
  private final GrantWatch watch;
  private final HeldRequest held;
  private final UseReport report;
  private final AgentUsage usage;
  private final long startedAt;
  private @Nullable Substitution plan;
  private Substitution.@Nullable BodyScanner scanner;
  private @Nullable UpstreamConnection upstream;
  private ReplyRelay reply;
  private List<Substitution.Use> uses = List.of();
  private LeaseSlots leases = new LeaseSlots(0);
  private @Nullable HeaderFields trailers;
  private boolean collecting;
  private boolean bodyDone;
  private boolean sent;
  private boolean counted;
  private boolean asked;
  private volatile boolean over;

  /// Watches grants for the client's connection.
  interface GrantWatch {
    /// Closes the connection when the grant ends.
    void watch(LiveGrant grant);
  }

  /// @param destination where the request goes
  /// @param judged for which bindings are looked up: the same, unless a test took [Guard#HOST] away
  Exchange(
      Engine engine,
      Loop loop,
      ClientStream client,
      AgentSession session,
      Destination destination,
      Destination judged,
      IncomingRequest request,
      GrantWatch watch) {
    this.engine = engine;
    this.loop = loop;
    this.client = client;
    this.session = session;
    this.destination = destination;
    this.judged = judged;
    this.request = request;
    this.head = request.head();
    this.watch = watch;
    this.usage = engine.usage(session);
    this.held = new HeldRequest(engine.limits().bufferedBody(), usage);
    this.report = new UseReport(engine.redeemer(), session, destination, head, held);
    this.startedAt = loop.sweeper().now();
    this.reply = new ReplyRelay(this, engine, loop, client);
  }

  /// Begins; may refuse at once.
  void start() {
    bodyDone = head.framing().isEmpty();
    try {
      if (!usage.started(System.nanoTime())) {
        throw RefusedException.of(
            ErrorCode.RATE_LIMITED,
            "the agent has too many requests in flight or started too many in a second",
            "wait for replies before sending more");
      }
      counted = true;
      RequestRules.check(engine, request);
      Substitution made = engine.planner().plan(head, session, judged);
      plan = made;
      asked = report.asksPeople(made);
      if (!made.needsBody() && !asked) {
        proceed(made);
      } else if (bodyDone) {
        made.judge(Unpooled.EMPTY_BUFFER);
        proceed(made);
      } else {
        collect(made);
      }
    } catch (RefusedException e) {
      refuse(e.problem());
    }
  }

  private void collect(Substitution made) {
    collecting = true;
    if (!made.needsBody() && engine.has(Guard.STREAMED_TOKENS)) {
      scanner = made.scanner();
    }
    held.requireRoom(head.framing().length());
    if (request.expectsContinue()) {
      client.informational(ReplyHead.informational(100, "Continue"));
      client.flush();
    }
  }

  private void proceed(Substitution made) {
    uses = made.uses();
    if (uses.isEmpty() && session.agent().egress().mode() == EgressPolicy.Mode.DENY) {
      throw RequestRules.egressDenied(destination);
    }
    if (engine.has(Guard.PATH)) {
      uses.forEach(use -> SteeringFields.check(head, use));
    }
    if (!collecting && !bodyDone) {
      scanner = engine.has(Guard.STREAMED_TOKENS) ? made.scanner() : null;
    }
    leases = new LeaseSlots(uses.size());
    asked = report.asksPeople(made);
    if (!asked) {
      loop.pool().acquire(poolKey(), false, this);
    }
    for (int i = 0; i < uses.size() && !over; i++) {
      redeem(i, uses.get(i), made);
    }
  }

  private UpstreamPool.Key poolKey() {
    return new UpstreamPool.Key(
        session.agent().name(),
        destination,
        NamedAddresses.of(engine.redeemer(), session, destination));
  }

  private void redeem(int slot, Substitution.Use use, Substitution made) {
    if (engine.has(Guard.REVOCATION)) {
      watch.watch(use.grant());
    }
    engine
        .redeemer()
        .redeem(
            session,
            use.grant(),
            report.of(use, made),
            loop.callbacks(),
            new Redeemer.Callback() {
              @Override
              public void granted(SecretLease lease) {
                leased(slot, lease);
              }

              @Override
              public void refused(Problem problem) {
                answer(problem);
              }

              @Override
              public boolean waits() {
                return !report.prefersAnswerAtOnce();
              }

              @Override
              public boolean wanted() {
                return !over;
              }
            });
  }

  private void leased(int slot, SecretLease lease) {
    if (over) {
      lease.outcome("failed", "cancelled");
      lease.close();
      return;
    }
    leases.put(slot, lease);
    if (asked && !leases.isMissing()) {
      // Not before: an upstream does not keep a connection for as long as people think.
      loop.pool().acquire(poolKey(), false, this);
      return;
    }
    sendWhenReady();
  }

  @Override
  public void ready(UpstreamConnection connection) {
    if (over) {
      connection.release();
      return;
    }
    upstream = connection;
    sendWhenReady();
  }

  @Override
  public void failed(RefusedException why) {
    if (!over) {
      refuse(why.problem());
    }
  }

  private void sendWhenReady() {
    UpstreamConnection connection = upstream;
    if (connection == null || leases.isMissing() || sent) {
      return;
    }
    try {
      send(connection);
    } catch (RefusedException e) {
      refuse(e.problem());
    }
  }

  private void send(UpstreamConnection connection) {
    if (!session.isLive() && engine.has(Guard.REVOCATION)) {
      throw RequestRules.sessionOver();
    }
    ByteBuf first = held.take();
    Substitution made = plan;
    if (made != null && !uses.isEmpty()) {
      first = made.apply(head, first, leases.all());
    }
    if (collecting) {
      head.framing(Framing.length(first.readableBytes()));
      trailers = null;
    }
    RequestRules.finish(request, destination);
    sent = true;
    connection.send(head, first, reply);
    if (bodyDone) {
      connection.end(trailers);
    } else {
      client.pauseRequest(!connection.isWritable());
    }
    connection.flush();
  }

  /// The peer closed a reused connection before the reply began: once more, on a new one, when that
  /// is safe. False when it is not.
  boolean retry() {
    boolean repeatable =
        bodyDone
            && head.framing().isEmpty()
            && switch (head.method()) {
              case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
              default -> false;
            };
    if (!repeatable || over) {
      return false;
    }
    loop.pool()
        .acquire(
            poolKey(),
            true,
            new UpstreamPool.Acquired() {
              @Override
              public void ready(UpstreamConnection connection) {
                if (over) {
                  connection.release();
                  return;
                }
                upstream = connection;
                connection.send(head, Unpooled.EMPTY_BUFFER, reply);
                connection.end(null);
                connection.flush();
              }

              @Override
              public void failed(RefusedException why) {
                Exchange.this.failed(why);
              }
            });
    return true;
  }

  /// Takes a piece of the request's body, with ownership.
  void bodyPiece(ByteBuf piece) {
    if (over) {
      piece.release();
      return;
    }
    try {
      if (collecting || !sent) {
        hold(scanned(piece));
        return;
      }
      UpstreamConnection connection = upstream;
      ByteBuf safe = scanned(piece);
      if (connection == null) {
        safe.release();
        return;
      }
      connection.piece(safe);
      if (!connection.isWritable()) {
        client.pauseRequest(true);
      }
    } catch (RefusedException e) {
      refuse(e.problem());
    }
  }

  private ByteBuf scanned(ByteBuf piece) {
    Substitution.BodyScanner watching = scanner;
    return watching == null ? piece : watching.piece(piece);
  }

  private void hold(ByteBuf piece) {
    try {
      if (collecting) {
        held.requireRoom((long) held.length() + piece.readableBytes());
      }
    } catch (RefusedException e) {
      piece.release();
      throw e;
    }
    held.add(piece);
  }

  /// The request's body has ended.
  void bodyEnd(@Nullable HeaderFields withTrailers) {
    if (over || bodyDone) {
      return;
    }
    bodyDone = true;
    trailers = withTrailers;
    try {
      Substitution.BodyScanner watching = scanner;
      if (watching != null) {
        ByteBuf last = watching.finish();
        if (sent && upstream != null) {
          upstream.piece(last);
        } else {
          hold(last);
        }
        RequestRules.checkTrailers(engine, trailers);
      }
      Substitution made = plan;
      if (collecting && made != null) {
        made.judge(held.bytes());
        proceed(made);
      } else if (sent && upstream != null) {
        upstream.end(trailers);
        upstream.flush();
      }
    } catch (RefusedException e) {
      refuse(e.problem());
    }
  }

  /// All bytes of the body that have arrived were handed over.
  void bodyPause() {
    if (sent && !over && upstream != null) {
      upstream.flush();
    } else if (!sent && !collecting && held.length() > 0) {
      client.pauseRequest(true);
    }
  }

  /// Answers with a problem that this side found, and records it.
  void refuse(Problem problem) {
    if (!over) {
      recordRefusal(problem);
    }
    answer(problem);
  }

  void recordRefusal(Problem problem) {
    engine.audit().refused(session, destination.toString(), head.method(), head.path(), problem);
  }

  /// @throws RefusedException when the agent's replies held too many values lately
  void requireFewHits() {
    reply.requireFewHits();
  }

  /// Answers with a problem; when the reply has begun, breaks it off.
  void answer(Problem problem) {
    if (over) {
      return;
    }
    outcome("refused", problem.code().text());
    boolean begun = reply.hasBegun();
    end();
    if (begun) {
      client.abort();
    } else {
      client.refuse(problem);
    }
  }

  /// The client has gone.
  void clientClosed() {
    if (!over) {
      outcome("failed", "client_closed");
      end();
    }
  }

  /// The client can take more of the reply.
  void clientWritable() {
    reply.clientWritable();
  }

  /// Whether the exchange has lasted longer than it may.
  boolean isOverdue(long now) {
    long total = engine.limits().total().toNanos();
    return total > 0 && now - startedAt > total && !isHeld();
  }

  /// Whether people are asked, which has a time limit of its own.
  boolean isHeld() {
    return asked && !sent && leases.isMissing();
  }

  /// Whether the whole request has gone out and no part of the reply has come.
  boolean isAwaitingReply() {
    return bodyDone && !reply.hasBegun();
  }

  /// When a byte last moved on the upstream's side.
  long lastActive() {
    UpstreamConnection connection = upstream;
    return connection == null ? startedAt : connection.lastActive();
  }

  /// Records how the redemptions ended, once.
  void outcome(String result, String code) {
    leases.end(result, code);
  }

  /// The reply has been passed on as a whole.
  void complete() {
    if (!over) {
      end();
    }
  }

  private void end() {
    over = true;
    if (counted) {
      counted = false;
      usage.ended();
    }
    if (scanner != null) {
      scanner.close();
    }
    held.release();
    head.wipe();
    leases = new LeaseSlots(0);
    reply.close();
    if (upstream != null) {
      upstream.release();
    }
  }

  boolean isOver() {
    return over;
  }

  AgentSession session() {
    return session;
  }

  Destination destination() {
    return destination;
  }

  IncomingRequest request() {
    return request;
  }

  List<Substitution.Use> uses() {
    return uses;
  }

  @Nullable UpstreamConnection upstream() {
    return upstream;
  }
}
