package io.keymantle.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunnelsTest {
  private static final String PREAMBLE = "KEYMANTLE/1 kma_x\n";

  @TempDir Path folder;
  private ServerSocketChannel gateway;
  private Tunnels tunnels;

  @BeforeEach
  void open() throws Exception {
    Path socket = folder.resolve("gateway.sock");
    gateway = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    gateway.bind(UnixDomainSocketAddress.of(socket));
    tunnels = Tunnels.listen(0, socket, "kma_x");
    Thread.ofPlatform().daemon().start(tunnels::serve);
  }

  @AfterEach
  void close() throws Exception {
    tunnels.close();
    gateway.close();
  }

  private Socket connect() throws Exception {
    return new Socket(InetAddress.getLoopbackAddress(), tunnels.port());
  }

  @Test
  void bytes_bothWays_arriveAfterThePreambleUnchanged() throws Exception {
    byte[] much = new byte[1_000_000];
    new Random(1).nextBytes(much);
    try (Socket client = connect();
        SocketChannel server = gateway.accept()) {
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  client.getOutputStream().write(much);
                  client.shutdownOutput();
                } catch (java.io.IOException failure) {
                  throw new java.io.UncheckedIOException(failure);
                }
              });
      InputStream in = Channels.newInputStream(server);
      assertThat(new String(in.readNBytes(PREAMBLE.length()), StandardCharsets.US_ASCII))
          .isEqualTo(PREAMBLE);
      assertThat(in.readAllBytes()).isEqualTo(much);
      sender.join();
      // The client has ended its half; the other still carries the answer.
      OutputStream out = Channels.newOutputStream(server);
      out.write("answer".getBytes(StandardCharsets.US_ASCII));
      server.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    }
  }

  @Test
  void end_ofTheGateway_endsTheClient() throws Exception {
    try (Socket client = connect()) {
      try (SocketChannel server = gateway.accept()) {
        // One that leaves before it has read the preamble counts as gone, and the client is told.
        Channels.newInputStream(server).readNBytes(PREAMBLE.length());
      }
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void end_ofTheClient_endsTheGateway() throws Exception {
    try (SocketChannel server = connectAndLeave()) {
      InputStream in = Channels.newInputStream(server);
      assertThat(in.readAllBytes()).asString().isEqualTo(PREAMBLE);
    }
  }

  private SocketChannel connectAndLeave() throws Exception {
    try (Socket client = connect()) {
      assertThat(client.isConnected()).isTrue();
      return gateway.accept();
    }
  }
}
