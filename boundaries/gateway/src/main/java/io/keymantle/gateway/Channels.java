package io.keymantle.gateway;

import io.netty.channel.ChannelOutboundInvoker;

/// Writes and closes whose futures nobody waits for: a failed write closes the channel through its
/// `exceptionCaught`, and a failed close leaves nothing to be done.
@SuppressWarnings("FutureReturnValueIgnored") // As the first sentence says.
final class Channels {
  private Channels() {}

  /// Writes without flushing; takes ownership of the message.
  static void write(ChannelOutboundInvoker to, Object message) {
    to.write(message, to.voidPromise());
  }

  /// Takes ownership of the message.
  static void writeAndFlush(ChannelOutboundInvoker to, Object message) {
    to.writeAndFlush(message, to.voidPromise());
  }

  static void close(ChannelOutboundInvoker channel) {
    channel.close();
  }

  /// Ends the own direction of a connection.
  static void shutdownOutput(io.netty.channel.socket.DuplexChannel channel) {
    channel.shutdownOutput();
  }
}
