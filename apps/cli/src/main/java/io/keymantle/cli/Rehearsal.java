package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// The everyday commands, run once against a stand-in for the broker while the build records what
/// the JVM loads: that becomes the AOT cache, from which a command starts in a third of the time.
public final class Rehearsal {
  private Rehearsal() {}

  /// Runs the rehearsal; takes no arguments.
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("keymantle-rehearsal");
    HomeDirectory home = new HomeDirectory(folder);
    Files.createDirectories(home.run());
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(home.adminSocket()));
      Thread.ofPlatform().daemon().start(() -> serve(listener));
      perform(home);
    } finally {
      Files.deleteIfExists(home.adminSocket());
      Files.deleteIfExists(home.run());
      Files.deleteIfExists(folder);
    }
  }

  private static void perform(HomeDirectory home) {
    run(home, "status");
    run(home, "status", "--json");
    run(home, "credential", "list");
    run(home, "credential", "show", "a", "--json");
    run(home, "credential", "rotate", "a");
    run(
        home,
        "credential",
        "add",
        "a",
        "--destination",
        "https://a.b",
        "--agents",
        "m",
        "--methods",
        "GET,POST");
    run(home, "agent", "list");
    run(home, "agent", "add", "m");
    run(home, "request", "a", "--agent", "m");
    run(home, "grant", "list");
    run(home, "grant", "revoke", "--all");
    run(home, "grant", "validate", "kmt_");
    run(home, "ledger", "tail");
    run(home, "redact");
    run(home, "status", "--help");
    run(home, "status", "--mistake");
    run(new HomeDirectory(home.path().resolve("none")), "status");
  }

  private static void run(HomeDirectory home, String... command) {
    InputStream in = new ByteArrayInputStream("value\n".getBytes(StandardCharsets.US_ASCII));
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Terminal real = Terminal.ofThisProcess();
    Terminal terminal = new Terminal(in, nowhere, nowhere, real.environment(), Prompt.NONE);
    Main.run(terminal, home, command);
  }

  private static void serve(ServerSocketChannel listener) {
    // Nine is X25519's base point, and so a valid public key.
    byte[] key = new byte[32];
    key[0] = 9;
    byte[] body =
        """
        {"pid":1,"version":"0","api":"http://127.0.0.1:1","gateway":"http://127.0.0.1:1","ca":"/ca.pem",
        "sealed":false,"revoked":0,"valid":true,"bare":"kmt_","token":"kma_","expiresAt":"2026-01-01T00:00:00Z",
        "key":"KEY","credentials":[{"name":"a","allowedAgents":["m"],"bindings":[{"destination":"https://a.b"}]}],
        "agents":[{"name":"m","egress":{"mode":"open","allow":[],"tunnel":[]}}],
        "grants":[{"grant":"g","uses":0,"used":1}],"entries":[]}
        """
            .replace("KEY", Base64.getUrlEncoder().withoutPadding().encodeToString(key))
            .getBytes(StandardCharsets.UTF_8);
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
    while (listener.isOpen()) {
      try (SocketChannel caller = listener.accept()) {
        InputStream in = Channels.newInputStream(caller);
        while (!HttpLines.read(in, HttpConnection.HEAD_LINE).isEmpty()) {
          // The stand-in gives everybody the same answer.
        }
        OutputStream out = Channels.newOutputStream(caller);
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
      } catch (IOException e) {
        // A caller that left early is none of the rehearsal's business.
      }
    }
  }
}
