package io.keymantle.source.keychain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A real gnome-keyring on a bus and in a home of its own, with an open collection `login`. Values
/// are put into it by secret-tool, as people do.
final class GnomeKeyring implements AutoCloseable {
  private static final String PASSWORD = "password";
  private static final String COLLECTION = "/org/freedesktop/secrets/collection/login";

  private final Path directory;
  final PrivateBus bus;
  private final Process daemon;

  GnomeKeyring() throws Exception {
    directory =
        Files.createTempDirectory(
            "kc",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    bus = new PrivateBus(directory);
    daemon = start("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets");
    feed(daemon, PASSWORD);
    bus.awaitOwner("org.freedesktop.secrets");
  }

  private Process start(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
    builder.environment().put("XDG_DATA_HOME", directory.resolve("data").toString());
    builder.environment().put("DBUS_SESSION_BUS_ADDRESS", bus.address());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void feed(Process process, String text) throws IOException {
    try (OutputStream in = process.getOutputStream()) {
      in.write(text.getBytes(UTF_8));
    }
  }

  /// Stores a value as people do. secret-tool takes no newline at the end, and 8 KiB.
  ///
  /// @param attributes names and values, in turn
  void store(String value, String... attributes) throws Exception {
    List<String> command = new ArrayList<>(List.of("secret-tool", "store", "--label=a label"));
    command.addAll(List.of(attributes));
    Process tool = start(command.toArray(String[]::new));
    feed(tool, value);
    assertThat(tool.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(tool.exitValue()).isZero();
  }

  /// Stores any value, to the last byte.
  void create(String value, Map<String, String> attributes) throws Exception {
    BusWriter item = new BusWriter();
    int properties = item.begin(8);
    item.align(8).text("org.freedesktop.Secret.Item.Attributes");
    item.signature("a{ss}").dictionary(attributes).end(properties, 8);
    call((connection, service) -> {
      SecretSession session = SecretSession.plain(connection, service);
      item.align(8).text(session.path()).bytes(new byte[0]).bytes(value.getBytes(UTF_8));
      BusCall create = new BusCall(COLLECTION, "org.freedesktop.Secret.Collection", "CreateItem");
      connection.call(service, create, "a{sv}(oayays)b", item.text("text/plain").number(1)).close();
    });
  }

  void lock() throws Exception {
    BusWriter collections = new BusWriter().texts(List.of(COLLECTION));
    call((connection, service) ->
        connection.call(service, SecretService.call("Lock"), "ao", collections).close());
  }

  private interface Use {
    void of(BusConnection connection, String service) throws Exception;
  }

  private void call(Use use) throws Exception {
    try (BusConnection connection = BusConnection.open(bus.place(), PrivateBus.TIME);
        BusMessage owner =
            connection.callBus(
                "GetNameOwner", "s", new BusWriter().text("org.freedesktop.secrets"))) {
      use.of(connection, owner.body("s").text());
    }
  }

  /// Unlocks it as logging in does, over the socket that the daemon has for that.
  void unlock() throws IOException {
    byte[] password = PASSWORD.getBytes(UTF_8);
    ByteBuffer request = ByteBuffer.allocate(13 + password.length);
    // A byte that goes with who this is; then length, the operation UNLOCK, and the password.
    request.put((byte) 0).putInt(12 + password.length).putInt(1);
    request.putInt(password.length).put(password).flip();
    try (SocketChannel socket =
        SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("keyring/control")))) {
      socket.write(request);
      ByteBuffer answer = ByteBuffer.allocate(8);
      while (answer.hasRemaining() && socket.read(answer) >= 0) {
        // The answer is short.
      }
      assertThat(answer.getInt(4)).isZero();
    }
  }

  void signal(String name) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(daemon.pid())).start().waitFor())
        .isZero();
  }

  void stop() {
    PrivateBus.end(daemon);
  }

  @Override
  public void close() throws IOException {
    stop();
    bus.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
