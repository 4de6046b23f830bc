package io.keymantle.source.keychain;

import com.sun.security.auth.module.UnixSystem;
import io.keymantle.source.keychain.BusReader.MalformedMessageException;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/// A connection to a message bus, for the few calls of one read
/// (https://dbus.freedesktop.org/doc/dbus-specification.html). All calls together end within a
/// time. Not thread-safe; has no thread of its own.
final class BusConnection implements AutoCloseable {
  private static final String BUS = "org.freedesktop.DBus";

  /// What the whole connection had time for is over.
  static final class TimeIsUpException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /// The bus lets this user not in.
  static final class RefusedByBusException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final SocketChannel channel;
  private final Selector selector;
  private final long deadline;
  private int serial;

  private BusConnection(SocketChannel channel, Selector selector, long deadline) {
    this.channel = channel;
    this.selector = selector;
    this.deadline = deadline;
  }

  /// Connects and says hello.
  ///
  /// @param time that it has for all that follows
  static BusConnection open(BusAddress address, Duration time)
      throws IOException, BusErrorException {
    long deadline = System.nanoTime() + time.toNanos();
    BusConnection bus =
        new BusConnection(
            SocketChannel.open(StandardProtocolFamily.UNIX), Selector.open(), deadline);
    try {
      bus.connect(UnixDomainSocketAddress.of(address.socket()));
      bus.authenticate();
      bus.hello();
      return bus;
    } catch (IOException | BusErrorException | RuntimeException e) {
      bus.close();
      throw e;
    }
  }

  private void connect(UnixDomainSocketAddress address) throws IOException {
    channel.configureBlocking(false);
    channel.register(selector, 0);
    if (!channel.connect(address)) {
      do {
        await(SelectionKey.OP_CONNECT);
      } while (!channel.finishConnect());
    }
  }

  /// By the EXTERNAL mechanism: the kernel tells the bus who this is.
  private void authenticate() throws IOException {
    String user = Long.toString(new UnixSystem().getUid());
    String name = HexFormat.of().formatHex(user.getBytes(StandardCharsets.US_ASCII));
    send(("\0AUTH EXTERNAL " + name + "\r\n").getBytes(StandardCharsets.US_ASCII));
    String answer = line();
    if (answer.startsWith("REJECTED")) {
      throw new RefusedByBusException();
    }
    if (!answer.startsWith("OK ")) {
      throw new MalformedMessageException();
    }
  }

  private void hello() throws IOException, BusErrorException {
    try {
      send("BEGIN\r\n".getBytes(StandardCharsets.US_ASCII));
      callBus("Hello", "", new BusWriter()).close();
    } catch (TimeIsUpException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      // The way of dbus-daemon with another user, once it knows who it is.
      throw new RefusedByBusException();
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() < 256) {
      char c = (char) (receive(1)[0] & 0xff);
      if (c == '\n') {
        return line.toString().strip();
      }
      line.append(c);
    }
    throw new MalformedMessageException();
  }

  /// Calls a method of the bus itself.
  BusMessage callBus(String member, String signature, BusWriter arguments)
      throws IOException, BusErrorException {
    return call(BUS, new BusCall("/org/freedesktop/DBus", BUS, member), signature, arguments);
  }

  /// Calls a method and waits for its answer, which the caller closes.
  ///
  /// @param destination by its unique name, so that nobody else can answer
  BusMessage call(String destination, BusCall call, String signature, BusWriter arguments)
      throws IOException, BusErrorException {
    serial++;
    send(BusMessage.call(serial, destination, call, signature, arguments));
    while (true) {
      BusMessage message = BusMessage.parse(next());
      String from = message.sender();
      // The bus itself answers for who has gone.
      boolean ours = message.replyTo() == serial && (from.equals(destination) || from.equals(BUS));
      if (ours && message.type() == BusMessage.RETURN) {
        return message;
      }
      message.close();
      if (ours && message.type() == BusMessage.ERROR) {
        throw new BusErrorException(message.errorName());
      }
    }
  }

  private byte[] next() throws IOException {
    byte[] start = receive(BusMessage.START);
    byte[] whole = Arrays.copyOf(start, BusMessage.length(start));
    receive(whole, BusMessage.START);
    return whole;
  }

  private void send(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      if (channel.write(out) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  private byte[] receive(int length) throws IOException {
    byte[] bytes = new byte[length];
    receive(bytes, 0);
    return bytes;
  }

  private void receive(byte[] bytes, int from) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
    while (in.hasRemaining()) {
      int read = channel.read(in);
      requireTime();
      if (read < 0) {
        throw new EOFException();
      }
      if (read == 0) {
        await(SelectionKey.OP_READ);
      }
    }
  }

  private void await(int operation) throws IOException {
    channel.keyFor(selector).interestOps(operation);
    while (selector.select(requireTime()) == 0) {
      // Woken for nothing, or the time is up.
    }
    selector.selectedKeys().clear();
  }

  /// The milliseconds that are left; also what floods the connection cannot keep it longer.
  private long requireTime() throws TimeIsUpException {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0 || Thread.currentThread().isInterrupted()) {
      throw new TimeIsUpException();
    }
    return left;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      selector.close();
    }
  }
}
