package io.keymantle.api;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponse;
import java.io.IOException;
import java.io.OutputStream;

/// A streamed answer whose head goes out with its first byte: until then it can still become a
/// problem instead.
// A head that cannot be written fails the first write of the body.
@SuppressWarnings("FutureReturnValueIgnored")
final class StreamStart extends OutputStream {
  private final Channel channel;
  private final HttpResponse head;
  private final ResponseBody body;
  private boolean begun;

  StreamStart(Channel channel, HttpResponse head) {
    this.channel = channel;
    this.head = head;
    this.body = new ResponseBody(channel);
  }

  boolean begun() {
    return begun;
  }

  void begin() {
    if (!begun) {
      begun = true;
      channel.write(head);
    }
  }

  @Override
  public void write(int b) throws IOException {
    begin();
    body.write(b);
  }

  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    begin();
    body.write(source, offset, count);
  }

  @Override
  public void flush() throws IOException {
    body.flush();
  }
}
