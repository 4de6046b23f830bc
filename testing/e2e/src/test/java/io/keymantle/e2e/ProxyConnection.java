package io.keymantle.e2e;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A connection to the gateway on which a test writes the very bytes that an attack needs.
final class ProxyConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 40_000;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private Socket socket;

  private ProxyConnection(Socket socket) {
    this.socket = socket;
  }

  /// An answer: its head and body as one text.
  record Reply(int status, String text) {}

  static ProxyConnection open(URI gateway) throws IOException {
    Socket socket = new Socket(gateway.getHost(), gateway.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return new ProxyConnection(socket);
  }

  /// Asks for a tunnel.
  Reply connect(String target, String agentToken) throws IOException {
    send(
        "CONNECT "
            + target
            + " HTTP/1.1\r\nHost: "
            + target
            + "\r\nProxy-Authorization: Bearer "
            + agentToken
            + END_OF_HEAD);
    return reply(false);
  }

  /// Speaks TLS from here on, and trusts the given authority alone.
  ProxyConnection tls(Path authority, String serverName) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            trusting(authority)
                .getSocketFactory()
                .createSocket(socket, serverName, socket.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(serverName)));
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    socket = secure;
    return this;
  }

  /// What the gateway showed of itself, leaf first.
  List<X509Certificate> chain() throws IOException {
    return Arrays.stream(((SSLSocket) socket).getSession().getPeerCertificates())
        .map(X509Certificate.class::cast)
        .toList();
  }

  Reply ask(String request) throws IOException {
    send(request);
    return reply(true);
  }

  private void send(String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private Reply reply(boolean withBody) throws IOException {
    String head = until(END_OF_HEAD);
    String fields = head.toLowerCase(Locale.ROOT);
    int status = Integer.parseInt(head.substring(9, 12));
    if (fields.contains("\r\ntransfer-encoding: chunked\r\n")) {
      return new Reply(status, head + until("\r\n0" + END_OF_HEAD));
    }
    int length = fields.indexOf("\r\ncontent-length: ");
    if (length < 0 || (!withBody && status == 200)) {
      return new Reply(status, head);
    }
    int start = length + 18;
    int size = Integer.parseInt(fields.substring(start, fields.indexOf('\r', start)));
    byte[] body = socket.getInputStream().readNBytes(size);
    return new Reply(status, head + new String(body, StandardCharsets.UTF_8));
  }

  private String until(String end) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the answer was cut: " + text);
      }
      text.append((char) next);
    }
    return text.toString();
  }

  private static SSLContext trusting(Path authority) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "root",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(authority))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("failed to trust " + authority, e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
