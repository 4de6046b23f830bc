package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.Scheme;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;

/// A gateway to be measured: everything on, with a ledger that makes each redemption durable by
/// group commit. Not a test; started by hand.
///
/// Arguments: folder for its files, PEM of the upstream's authority, TLS port and plain port of the
/// upstream on loopback, port to listen on. Prints agent token and broker token.
final class GatewayUnderLoad {
  private static final int RECORD = 300;

  private GatewayUnderLoad() {}

  static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int tlsPort = Integer.parseInt(arguments[2]);
    int plainPort = Integer.parseInt(arguments[3]);
    int listen = Integer.parseInt(arguments[4]);
    FakeRedeemer broker = new FakeRedeemer();
    boolean durable = !Boolean.getBoolean("nofsync");
    if (durable) {
      broker.completeOn(new GroupCommit(folder.resolve("journal"))::submit);
    }
    NetworkBinding secure = GatewayFixture.binding("localhost", tlsPort);
    NetworkBinding plain = GatewayFixture.plainBinding("localhost", plainPort);
    String agent =
        broker.agent(
            "bench",
            new EgressPolicy(
                EgressPolicy.Mode.ALLOW_LISTED,
                Set.of(new Destination(Scheme.HTTPS, "localhost", tlsPort)),
                Set.of()));
    String token = broker.grant(agent, "bench-api", GatewayFixture.VALUE, secure, plain);
    broker.forget();
    TestAuthority authority = new TestAuthority("bench authority");
    authority.writePem(folder.resolve("gateway-ca.pem"));
    Gateway gateway =
        Gateway.start(
            GatewayConfiguration.of(broker, authority)
                .withEventLoops(Integer.getInteger("loops", 2))
                .withSystemTrust(false)
                .withTrust(List.of(Path.of(arguments[1])))
                .withListen(
                    List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), listen)))
                .withOverrides(
                    List.of(
                        HostOverride.parse("localhost:" + tlsPort + ":127.0.0.1"),
                        HostOverride.parse("localhost:" + plainPort + ":127.0.0.1"))));
    System.out.println(agent + " " + token + " " + gateway.addresses().getFirst().getPort());
    System.out.flush();
    Thread.sleep(Long.MAX_VALUE);
  }

  /// One thread that writes and syncs whatever waits, then runs it.
  private static final class GroupCommit {
    private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final FileChannel journal;

    GroupCommit(Path file) throws IOException {
      journal = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        journal.write(ByteBuffer.wrap(zeros));
      }
      journal.force(true);
      journal.position(0);
      Thread.ofVirtual().name("ledger").start(this::commit);
      Files.exists(file);
    }

    void submit(Runnable action) {
      waiting.add(action);
    }

    private void commit() {
      List<Runnable> batch = new ArrayList<>();
      try {
        while (true) {
          batch.add(waiting.take());
          waiting.drainTo(batch);
          if (journal.position() > 60L << 20) {
            journal.position(0);
          }
          journal.write(ByteBuffer.wrap(new byte[RECORD * batch.size()]));
          journal.force(false);
          batch.forEach(Runnable::run);
          batch.clear();
        }
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
