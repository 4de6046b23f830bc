package io.keymantle.source.keychain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.connections.transports.AbstractTransport;
import org.freedesktop.dbus.connections.transports.TransportBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.UInt64;
import org.freedesktop.dbus.types.Variant;

/// A fake Secret Service on a real bus, written to
/// https://specifications.freedesktop.org/secret-service-spec/latest/ and spoken by another
/// implementation of D-Bus than ours. It has no encryption, prompts for what is locked, and errs as
/// it is told.
final class FakeSecretService implements AutoCloseable {
  static final String PROMPT = "/org/freedesktop/secrets/prompt/1";
  private static final String COLLECTION = "/org/freedesktop/secrets/collection/fake";

  private record Item(Map<String, String> attributes, String value) {}

  private final Map<String, Item> items = new ConcurrentHashMap<>();
  private final AbstractTransport transport;

  /// What was asked, in order.
  final Queue<String> asked = new ConcurrentLinkedQueue<>();

  /// The error that each read is answered with; empty for none.
  volatile String error = "";

  volatile boolean isLocked;
  volatile boolean hangs;
  volatile boolean saysNonsense;

  FakeSecretService(PrivateBus bus) throws IOException, DBusException {
    transport =
        TransportBuilder.create(bus.address()).configure().withAutoConnect(false).back().build();
    transport.connect();
    callBus("Hello", null);
    callBus("RequestName", "su", "org.freedesktop.secrets", new UInt32(0));
    Thread.ofVirtual().start(this::serve);
    bus.awaitOwner("org.freedesktop.secrets");
  }

  private void callBus(String member, String signature, Object... arguments)
      throws IOException, DBusException {
    String name = "org.freedesktop.DBus";
    transport.writeMessage(
        transport
            .getMessageFactory()
            .createMethodCall(
                name, "/org/freedesktop/DBus", name, member, (byte) 0, signature, arguments));
  }

  void put(String value, Map<String, String> attributes) {
    items.values().removeIf(each -> each.attributes().equals(attributes));
    items.put(COLLECTION + "/" + (items.size() + 1), new Item(Map.copyOf(attributes), value));
  }

  void recover() {
    error = "";
    isLocked = false;
    hangs = false;
    saysNonsense = false;
  }

  void suffer(Trouble trouble) {
    switch (trouble) {
      case FORBIDS -> error = "org.freedesktop.DBus.Error.AccessDenied";
      case LOGIN_EXPIRED -> isLocked = true;
      case THROTTLES -> error = "org.freedesktop.DBus.Error.LimitsExceeded";
      case FAILS -> error = "org.freedesktop.DBus.Error.NoReply";
      case HANGS -> hangs = true;
      case ANSWERS_HTML -> saysNonsense = true;
      default -> throw new UnsupportedOperationException(trouble.name());
    }
  }

  private void serve() {
    try {
      while (transport.isConnected()) {
        Message message = transport.readMessage();
        if (message instanceof MethodCall call && !hangs) {
          asked.add(call.getName());
          transport.writeMessage(answer(call));
        }
      }
    } catch (IOException | DBusException e) {
      // The bus or this fake was closed.
    }
  }

  private Message answer(MethodCall call) throws DBusException {
    Object[] given = call.getParameters();
    boolean noEncryption = call.getName().equals("OpenSession") && !given[0].equals("plain");
    String error = noEncryption ? "org.freedesktop.DBus.Error.NotSupported" : this.error;
    if (!error.isEmpty()) {
      return transport
          .getMessageFactory()
          .createError(call.getSource(), error, call.getSerial(), "s", "a canary in its text");
    }
    if (saysNonsense) {
      return answer(call, "s", "<html>canary</html>");
    }
    return switch (call.getName()) {
      case "OpenSession" -> answer(call, "vo", new Variant<>(""), new DBusPath("/session"));
      case "SearchItems" -> search(call, (Map<?, ?>) given[0]);
      case "Unlock" -> answer(call, "aoo", List.of(), new DBusPath(isLocked ? PROMPT : "/"));
      case "Dismiss" -> answer(call, null);
      case "ReadAlias" -> answer(call, "o", new DBusPath(COLLECTION));
      case "Get" -> answer(call, "v", property(call.getPath(), (String) given[1]));
      case "GetSecret" -> answer(call, "(oayays)", (Object) secret(call.getPath()));
      default -> throw new IllegalStateException("it has no " + call.getName());
    };
  }

  private Message answer(MethodCall call, String signature, Object... values) throws DBusException {
    return transport.getMessageFactory().createMethodReturn(call, signature, values);
  }

  private Message search(MethodCall call, Map<?, ?> attributes) throws DBusException {
    if (!call.getPath().equals(COLLECTION)) {
      // KeePassXC, asked as a whole, waits for somebody at its window where something is locked.
      throw new IllegalStateException("it would open a window");
    }
    List<DBusPath> found =
        items.entrySet().stream()
            .filter(
                each -> each.getValue().attributes().entrySet().containsAll(attributes.entrySet()))
            .map(each -> new DBusPath(each.getKey()))
            .toList();
    return answer(call, "ao", found);
  }

  private Variant<?> property(String path, String name) {
    return switch (name) {
      case "Locked" -> new Variant<>(isLocked);
      case "Modified" -> new Variant<>(new UInt64(1_700_000_000));
      case "Collections" -> new Variant<>(List.of(new DBusPath(COLLECTION)), "ao");
      case "Items" -> new Variant<>(items.keySet().stream().map(DBusPath::new).toList(), "ao");
      case "Attributes" -> new Variant<>(items.get(path).attributes(), "a{ss}");
      default -> throw new IllegalStateException("it has no " + name);
    };
  }

  private Object[] secret(String path) {
    return new Object[] {
      new DBusPath("/session"), new byte[0], items.get(path).value().getBytes(UTF_8), "text/plain"
    };
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}
