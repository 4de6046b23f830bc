package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Answers on a home's admin socket with what a test prepared, and remembers what was asked.
final class StandInBroker implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<Call> calls = new ArrayList<>();

  /// One request as it came.
  record Call(String line, List<String> headers, String body) {}

  private StandInBroker(ServerSocketChannel listener) {
    this.listener = listener;
  }

  static StandInBroker at(HomeDirectory home) throws IOException {
    Files.createDirectories(home.run());
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(home.adminSocket()));
    StandInBroker broker = new StandInBroker(listener);
    Thread.ofPlatform().daemon().start(broker::serve);
    return broker;
  }

  /// @param request such as `GET /v1/status`
  StandInBroker answer(String request, String json) {
    return raw(request, message(200, json));
  }

  StandInBroker refuse(String request, int status, String problem) {
    return raw(request, message(status, problem));
  }

  /// The bytes of a whole answer.
  StandInBroker raw(String request, String message) {
    answers.put(request, message);
    return this;
  }

  private static String message(int status, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 " + status + " Status\r\nContent-Length: " + length + "\r\n\r\n" + body;
  }

  synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  Call call(String request) {
    return calls().stream()
        .filter(call -> call.line().equals(request))
        .findFirst()
        .orElseThrow(() -> new AssertionError(request + " was not called, but " + calls()));
  }

  private void serve() {
    while (listener.isOpen()) {
      try (SocketChannel caller = listener.accept()) {
        answer(caller);
      } catch (IOException e) {
        if (listener.isOpen()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void answer(SocketChannel caller) throws IOException {
    InputStream in = Channels.newInputStream(caller);
    String line = HttpLines.read(in, 8192).replace(" HTTP/1.1", "");
    List<String> headers = new ArrayList<>();
    for (String header = HttpLines.read(in, 8192);
        !header.isEmpty();
        header = HttpLines.read(in, 8192)) {
      headers.add(header);
    }
    String body = new String(body(headers, in), StandardCharsets.UTF_8);
    synchronized (this) {
      calls.add(new Call(line, headers, body));
    }
    String answer = answers.getOrDefault(line, message(404, "{\"code\":\"not_found\"}"));
    caller.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] body(List<String> headers, InputStream in) throws IOException {
    if (headers.contains("Transfer-Encoding: chunked")) {
      return new ChunkedInput(in).readAllBytes();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String header : headers) {
      if (header.startsWith("Content-Length: ")) {
        body.writeBytes(in.readNBytes(Integer.parseInt(header.substring(16))));
      }
    }
    return body.toByteArray();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
