package io.keymantle.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.IOException;
import java.io.OutputStream;

/// A streamed answer's body: chunks to the caller, each awaited, so that a slow caller slows the
/// writer and nothing piles up. For a virtual thread.
final class ResponseBody extends OutputStream {
  private final Channel channel;
  private final byte[] buffer = new byte[16 * 1024];
  private int length;

  ResponseBody(Channel channel) {
    this.channel = channel;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int n = Math.min(count - done, buffer.length - length);
      System.arraycopy(source, offset + done, buffer, length, n);
      length += n;
      done += n;
      if (length == buffer.length) {
        flush();
      }
    }
  }

  @Override
  public void flush() throws IOException {
    if (length == 0) {
      return;
    }
    ChannelFuture written =
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(buffer, 0, length)));
    length = 0;
    try {
      written.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (!written.isSuccess()) {
      throw new IOException("the caller went away");
    }
  }
}
