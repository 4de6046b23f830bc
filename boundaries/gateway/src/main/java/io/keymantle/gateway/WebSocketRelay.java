package io.keymantle.gateway;

import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/// An open WebSocket: messages of either direction through their filters. Confined to its loop.
///
/// A message that must not go on ends the socket: the client gets close code 1008 (policy) with the
/// problem's code as reason, the upstream is cut off.
final class WebSocketRelay {
  private static final int POLICY = 1008;
  private static final int PROTOCOL = 1002;

  private final Exchange exchange;
  private final UpstreamConnection upstream;
  private final ClientStream client;
  private final WebSocketFrames toServer;
  private final WebSocketFrames toClient;
  private boolean over;

  WebSocketRelay(
      Exchange exchange,
      UpstreamConnection upstream,
      ClientStream client,
      @Nullable WebSocketFilter fromClient,
      @Nullable WebSocketFilter fromServer) {
    this.exchange = exchange;
    this.upstream = upstream;
    this.client = client;
    // RFC 6455 §5.3: masks are unpredictable, so that a page cannot choose the bytes on the wire.
    this.toServer =
        new WebSocketFrames(PooledByteBufAllocator.DEFAULT, true, new SecureRandom(), fromClient);
    this.toClient =
        new WebSocketFrames(PooledByteBufAllocator.DEFAULT, false, new SecureRandom(), fromServer);
  }

  /// Takes ownership.
  void fromClient(ByteBuf bytes) {
    if (over) {
      bytes.release();
      return;
    }
    try {
      toServer.feed(bytes, upstream::write);
      upstream.flush();
      if (!upstream.isWritable()) {
        client.pauseRequest(true);
      }
    } catch (RefusedException e) {
      refuse(e);
    } catch (WebSocketFrames.Broken e) {
      end(PROTOCOL, "frames that break RFC 6455");
    }
  }

  /// Takes ownership.
  void fromServer(ByteBuf bytes) {
    if (over) {
      bytes.release();
      return;
    }
    try {
      toClient.feed(bytes, client::write);
      exchange.requireFewHits();
      client.flush();
      if (!client.isWritable()) {
        upstream.pause(true);
      }
    } catch (RefusedException e) {
      refuse(e);
    } catch (WebSocketFrames.Broken e) {
      end(PROTOCOL, "frames that break RFC 6455");
    }
  }

  private void refuse(RefusedException e) {
    exchange.recordRefusal(e.problem());
    end(POLICY, e.problem().code().text());
  }

  private void end(int code, String reason) {
    over = true;
    ByteBuf frame = Unpooled.buffer(4 + reason.length());
    frame.writeByte(0x88).writeByte(2 + reason.length()).writeShort(code);
    frame.writeCharSequence(reason, java.nio.charset.StandardCharsets.US_ASCII);
    client.write(frame);
    client.flush();
    upstream.close();
    exchange.complete();
    client.close();
  }

  /// Releases what is held.
  void close() {
    over = true;
    toServer.close();
    toClient.close();
  }
}
