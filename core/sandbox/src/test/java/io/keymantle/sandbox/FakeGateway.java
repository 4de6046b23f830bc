package io.keymantle.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A gateway that insists on the preamble, and answers every absolute-form request with its method
/// and path.
final class FakeGateway implements AutoCloseable {
  private final ServerSocketChannel server;
  private final List<String> preambles = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /// @param folder where its socket is made
  FakeGateway(Path folder) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(folder.resolve(GatewayRoute.SOCKET)));
    Thread.ofVirtual().start(this::accept);
  }

  List<String> preambles() {
    return preambles;
  }

  List<String> requests() {
    return requests;
  }

  private void accept() {
    while (true) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(client), StandardCharsets.ISO_8859_1));
      OutputStream writer = Channels.newOutputStream(client);
      preambles.add(reader.readLine());
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        long length = 0;
        for (String head = reader.readLine(); !head.isEmpty(); head = reader.readLine()) {
          if (head.startsWith("Content-Length: ")) {
            length = Long.parseLong(head.substring(16));
          } else if (head.startsWith("Expect: ")) {
            writer.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          }
        }
        while (length > 0) {
          length -= reader.skip(length);
        }
        String[] words = line.split(" ");
        requests.add(words[0] + " " + words[1]);
        String body = words[0] + " " + words[1].replaceFirst("http://[^/]*", "") + "\n";
        writer.write(
            ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException | RuntimeException gone) {
      requests.add("broken " + gone.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
