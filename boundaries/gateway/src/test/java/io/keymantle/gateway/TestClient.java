package io.keymantle.gateway;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.util.ArrayDeque;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A client of the gateway that writes bytes as the test says.
final class TestClient implements AutoCloseable {
  private final Socket socket;
  private Certificate leaf;
  private Wire in;
  private OutputStream out;

  TestClient(InetSocketAddress gateway) throws IOException {
    socket = new Socket(gateway.getAddress(), gateway.getPort());
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    use(socket);
  }

  private void use(Socket wrapped) throws IOException {
    in = new Wire(new BufferedInputStream(wrapped.getInputStream()), new ArrayDeque<>());
    out = wrapped.getOutputStream();
  }

  TestClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  TestClient send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  Wire in() {
    return in;
  }

  Wire.Message reply() throws IOException {
    return in.reply(false);
  }

  /// Sends and reads the reply.
  Wire.Message ask(String text) throws IOException {
    return send(text).reply();
  }

  /// Opens a tunnel; the reply is that of the CONNECT.
  Wire.Message connect(String agentToken, String target) throws IOException {
    send(
        "CONNECT "
            + target
            + " HTTP/1.1\r\nHost: "
            + target
            + "\r\nProxy-Authorization: Bearer "
            + agentToken
            + "\r\n\r\n");
    return in.reply(true);
  }

  /// Speaks TLS from here on.
  ///
  /// @param serverName to ask for, or empty for none
  TestClient tls(SSLContext context, String serverName)
      throws IOException, GeneralSecurityException {
    SSLSocket secure =
        (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    if (!serverName.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(serverName)));
    }
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    leaf = secure.getSession().getPeerCertificates()[0];
    use(secure);
    return this;
  }

  /// What the gateway showed in its handshake.
  Certificate leaf() {
    return leaf;
  }

  /// How long a read waits for bytes.
  TestClient patience(int milliseconds) throws IOException {
    socket.setSoTimeout(milliseconds);
    return this;
  }

  /// Whether the other side closes the connection, without another byte.
  boolean isClosedByPeer() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (java.net.SocketException | javax.net.ssl.SSLException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
