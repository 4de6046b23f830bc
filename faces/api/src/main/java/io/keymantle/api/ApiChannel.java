package io.keymantle.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/// Serves a set of routes on connections of a Netty listener. One for all connections; thread-safe.
///
/// Limits: 8 KiB of request line, 16 KiB of headers, 256 requests under way, 30 seconds without a
/// byte from the caller while its request is read. One request per connection: every answer closes.
public final class ApiChannel {
  private static final int LINE_LIMIT = 8 * 1024;
  private static final int HEADER_LIMIT = 16 * 1024;
  private static final int UNDER_WAY = 256;
  private static final int IDLE_SECONDS = 30;

  private final ApiHandler routes;
  private final BiPredicate<Channel, String> hosts;
  private final Semaphore underWay = new Semaphore(UNDER_WAY);

  private ApiChannel(ApiHandler routes, BiPredicate<Channel, String> hosts) {
    this.routes = routes;
    this.hosts = hosts;
  }

  /// For agents: refuses a `Host` that is not the listener's own, so that no web page reaches it by
  /// a name of its own (DNS rebinding).
  public static ApiChannel forAgents(AgentRoutes routes) {
    return new ApiChannel(routes, OwnHost::matches);
  }

  /// For people, on the admin socket. The caller has checked the peer's user.
  public static ApiChannel forPeople(AdminRoutes routes) {
    return new ApiChannel(routes, (channel, host) -> true);
  }

  /// For people in a browser: refuses a `Host` that is not the console's own.
  public static ApiChannel forConsole(ConsoleRoutes routes) {
    return new ApiChannel(routes, routes::isOwnHost);
  }

  /// Adds the handlers to a pipeline; every byte of the first request is still to come.
  ///
  /// @param agentToken the token that introduced the whole connection
  public void addTo(ChannelPipeline pipeline, Optional<String> agentToken) {
    HttpDecoderConfig strict =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LINE_LIMIT)
            .setMaxHeaderSize(HEADER_LIMIT)
            .setValidateHeaders(true)
            .setAllowDuplicateContentLengths(false);
    pipeline.addLast(new IdleStateHandler(IDLE_SECONDS, 0, 0, TimeUnit.SECONDS));
    pipeline.addLast(new HttpServerCodec(strict));
    pipeline.addLast(new ApiExchange(routes, hosts, underWay, agentToken));
  }
}
