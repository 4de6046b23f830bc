package io.keymantle.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an agent tries from inside its sandbox, really tried. Every attack that must fail has a
/// control in which the same attempt succeeds where it may.
class SandboxAttackIT {
  private static final byte[] SIX_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  @TempDir Path folder;

  @Test
  void keymantleHome_fromInside_isEmptyAndCannotBeWritten() throws Exception {
    AgentRun agent = new AgentRun(folder);
    AgentRun.Result result =
        agent.shell(
            """
            cd "$HOME/.local/share/keymantle" && echo in && ls -A && cat keymantle.db
            touch planted; ls -la /proc/1/root/ 2>&1 | head -1
            """);
    assertThat(result.said())
        .startsWith("in\n")
        .contains("No such file", "Read-only file system", "Permission denied")
        .doesNotContain("canary-of-the-home");
    assertThat(agent.keymantleHome.resolve("planted")).doesNotExist();
  }

  @Test
  void keymantleHome_behindARenamedParent_staysInItsPlace() throws Exception {
    AgentRun agent = new AgentRun(folder);
    AgentRun.Result result =
        agent.shell(
            """
            mv "$HOME/.local/share/keymantle" "$HOME/k"; mv "$HOME/.local/share" "$HOME/s"
            mv "$HOME/.local" "$HOME/l"; rmdir "$HOME/.local/share/keymantle"
            """);
    assertThat(result.said().lines()).hasSize(4).allMatch(line -> line.contains("busy"));
    assertThat(agent.keymantleHome.resolve("keymantle.db")).hasContent("canary-of-the-home");
  }

  @Test
  void keymantleHome_byLinkFromTheWorkingFolder_isEmpty() throws Exception {
    AgentRun agent = new AgentRun(folder);
    Files.createSymbolicLink(agent.workdir.resolve("link"), agent.keymantleHome);
    assertThat(agent.shell("cat link/keymantle.db").said())
        .contains("No such file")
        .doesNotContain("canary");
  }

  @Test
  void secretsOfOtherTools_fromInside_areHiddenUnlessRevealed() throws Exception {
    AgentRun agent = new AgentRun(folder);
    Files.createDirectories(agent.home.resolve(".ssh"));
    Files.writeString(agent.home.resolve(".ssh/id_ed25519"), "canary-of-ssh");
    Files.writeString(agent.home.resolve(".netrc"), "canary-of-netrc");
    String script = "cat ~/.ssh/id_ed25519; cat ~/.netrc && echo netrc read";
    assertThat(agent.shell(script).said()).contains("netrc read").doesNotContain("canary");
    agent.revealed.add(Path.of(".ssh"));
    assertThat(agent.shell(script).said()).contains("canary-of-ssh").doesNotContain("of-netrc");
  }

  @Test
  void whatRunsOutsideLater_fromInside_cannotBeChanged() throws Exception {
    AgentRun agent = new AgentRun(folder);
    Files.writeString(agent.home.resolve(".bashrc"), "true\n");
    Path program = Files.createDirectories(folder.toRealPath().resolve("work/keymantle-program"));
    Files.writeString(program.resolve("keymantle.jar"), "jar");
    agent.readOnly.add(program);
    AgentRun.Result result =
        agent.shell(
            """
            echo evil >> "$HOME/.bashrc"; mv "$HOME/.bashrc" "$HOME/.b"; rm -f "$HOME/.bashrc"
            echo evil >> keymantle-program/keymantle.jar; mv keymantle-program other
            for place in /etc/evil /usr/bin/evil /var/evil /opt/evil /sys/kernel/uevent_helper \
                /proc/sys/kernel/panic /proc/mtrr; do
              if echo 0 > $place; then echo "wrote $place"; fi
            done
            echo free > "$HOME/file" && echo home is writable
            """);
    assertThat(result.said()).contains("home is writable").doesNotContain("wrote");
    assertThat(agent.home.resolve(".bashrc")).hasContent("true\n");
    assertThat(program.resolve("keymantle.jar")).hasContent("jar");
  }

  @Test
  void workdir_insideAProtectedFolder_isWritableAndTheRestIsNot() throws Exception {
    Path inner = Files.createDirectories(folder.toRealPath().resolve("program/work"));
    Files.writeString(inner.resolveSibling("program.jar"), "jar");
    AgentRun inside = new AgentRun(folder, inner);
    inside.readOnly.add(inner.getParent());
    assertThat(inside.shell("echo x > ../program.jar; echo y > mine; mv ../../program ../p").said())
        .contains("Read-only file system");
    assertThat(inner.resolve("mine")).hasContent("y");
    assertThat(inner.resolveSibling("program.jar")).hasContent("jar");
  }

  @Test
  void processesOfTheHost_fromInside_doNotExist() throws Exception {
    AgentRun agent = new AgentRun(folder);
    long broker = ProcessHandle.current().pid();
    String jcmd = System.getProperty("java.home") + "/bin/jcmd";
    AgentRun.Result result =
        agent.shell(
            """
            ls -d /proc/[0-9]* | wc -l
            kill -0 %1$d; ls /proc/%1$d; cat /proc/%1$d/environ; %2$s %1$d VM.version; %2$s -l
            """
                .formatted(broker, jcmd));
    int visible = Integer.parseInt(result.said().lines().findFirst().orElseThrow().strip());
    assertThat(visible).isBetween(2, 8);
    assertThat(result.said())
        .contains("No such process", "No such file")
        .doesNotContain("OpenJDK", "ConsoleLauncher", "surefire");
  }

  @Test
  void relay_fromInside_canBeNeitherTracedNorReadNorKilled() throws Exception {
    AgentRun agent = new AgentRun(folder);
    agent.route = Optional.of(new GatewayRoute(gatewayOf(agent), "kma_canary"));
    AgentRun.Result result =
        agent.python(
            """
            os.kill(1, 9); os.kill(1, 15); os.kill(1, 3)
            print('trace', call(101, 117, 16, 1, 0, 0))
            print('seize', call(101, 117, 0x4206, 1, 0, 0))
            pidfd = os.pidfd_open(1)
            print('descriptor', call(438, 438, pidfd, 0, 0))
            for name in ('mem', 'environ', 'maps'):
                print(name, attempt(lambda: open('/proc/1/' + name, 'rb').read(1)))
            print('fds', attempt(lambda: os.readlink('/proc/1/fd/0')))
            child = os.fork()
            if child == 0:
                import time
                time.sleep(20)
                os._exit(0)
            print('control', call(101, 117, 0x4206, child, 0, 0))
            os.kill(child, 9)
            """);
    assertThat(result.said())
        .contains("trace EPERM", "seize EPERM", "descriptor EPERM", "mem EACCES")
        .contains("environ EACCES", "maps EACCES", "fds EACCES")
        .contains("control ok")
        .doesNotContain("kma_canary");
    assertThat(result.status()).isZero();
  }

  @Test
  void descriptors_ofTheStarterAndTheRelay_areNotInherited() throws Exception {
    AgentRun agent = new AgentRun(folder);
    agent.route = Optional.of(new GatewayRoute(gatewayOf(agent), "kma_x"));
    Path opened = Files.writeString(folder.resolve("opened"), "canary");
    try (var file = Files.newInputStream(opened);
        var server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      assertThat(file.read()).isPositive();
      assertThat(server.isOpen()).isTrue();
      AgentRun.Result result = agent.python("print(sorted(os.listdir('/proc/self/fd')))");
      // The fourth is the folder being listed.
      assertThat(result.said().strip()).isEqualTo("['0', '1', '2', '3']");
    }
  }

  @Test
  void network_directly_reachesNothing() throws Exception {
    AgentRun agent = new AgentRun(folder);
    InetAddress four = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    InetAddress six = InetAddress.getByAddress(SIX_LOOPBACK);
    try (var tcp = ServerSocketChannel.open().bind(new InetSocketAddress(four, 0));
        var udp =
            DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(four, 0));
        var tcpSix = openSix(six)) {
      tcp.configureBlocking(false);
      udp.configureBlocking(false);
      AgentRun.Result result =
          agent.python(
              """
              def tcp(host, port): socket.create_connection((host, port), 2)
              print('tcp', attempt(lambda: tcp('127.0.0.1', %d)))
              print('six', attempt(lambda: tcp('::1', %d)))
              u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
              u.sendto(b'stolen', ('127.0.0.1', %d))
              print('outside', attempt(lambda: tcp('192.0.2.1', 80)))
              print('outside six', attempt(lambda: tcp('2001:db8::1', 80)))
              print('metadata', attempt(lambda: tcp('169.254.169.254', 80)))
              print('name', attempt(lambda: u.sendto(b'q', ('9.9.9.9', 53))))
              print('resolved', attempt(lambda: socket.getaddrinfo('example.com', 80)))
              print('vsock', attempt(lambda: socket.socket(40, socket.SOCK_STREAM)))
              print('packet', attempt(lambda: socket.socket(17, socket.SOCK_RAW)))
              listener = socket.create_server(('127.0.0.1', 0))
              print('control', attempt(lambda: tcp(*listener.getsockname())))
              """
                  .formatted(port(tcp), port(tcpSix), udp.socket().getLocalPort()));
      assertThat(result.said())
          .contains("tcp ECONNREFUSED", "six E", "outside ENETUNREACH", "outside six ENETUNREACH")
          .contains("metadata ENETUNREACH", "name ENETUNREACH")
          .contains("vsock EAFNOSUPPORT", "packet EAFNOSUPPORT", "control ok")
          .doesNotContain("six ok", "resolved ok");
      assertThat(tcp.accept()).isNull();
      assertThat(tcpSix.accept()).isNull();
      assertThat(udp.receive(ByteBuffer.allocate(10))).isNull();
    }
  }

  @Test
  void unixSockets_ofTheHost_cannotBeReached() throws Exception {
    AgentRun agent = new AgentRun(folder);
    Path admin = Files.createDirectories(agent.keymantleHome.resolve("run")).resolve("admin.sock");
    try (var adminSocket = listen(admin);
        var workSocket = listen(agent.workdir.resolve("work.sock"));
        var homeSocket = listen(agent.home.resolve("home.sock"))) {
      String script =
          """
          home = os.environ['HOME']
          print('admin', attempt(lambda: unix(home + '/.local/share/keymantle/run/admin.sock')))
          print('work', attempt(lambda: unix('work.sock')))
          print('home', attempt(lambda: unix(home + '/home.sock')))
          print('abstract', attempt(lambda: unix('\\0keymantle-test')))
          print('log', attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)))
          print('raw', attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_RAW)))
          a, b = socket.socketpair()
          print('pair', attempt(lambda: a.send(b'x')))
          print('pair again', attempt(lambda: a.connect('work.sock')))
          print('gateway', attempt(lambda: unix('/run/keymantle/gateway/gateway.sock')))
          """;
      AgentRun.Result result = agent.python(script);
      assertThat(result.said())
          .contains("admin EAFNOSUPPORT", "work EAFNOSUPPORT", "home EAFNOSUPPORT")
          .contains("abstract EAFNOSUPPORT", "log EPROTONOSUPPORT", "raw EPROTONOSUPPORT")
          .contains("pair ok", "pair again EISCONN");
      assertThat(workSocket.accept()).isNull();
      agent.allowUnixSockets = true;
      AgentRun.Result control = agent.python(script);
      assertThat(control.said())
          .contains("work ok", "home ok", "admin ENOENT", "abstract ECONNREFUSED");
      assertThat(workSocket.accept()).isNotNull();
      assertThat(adminSocket.accept()).isNull();
      assertThat(homeSocket.accept()).isNotNull();
    }
  }

  @Test
  void kernel_throughUnseparatedDoors_refuses() throws Exception {
    AgentRun agent = new AgentRun(folder);
    AgentRun.Result result =
        agent.python(
            """
            import pty, termios
            master, slave = pty.openpty()
            buffer = ctypes.create_string_buffer(b'x')
            def ioctl(request):
                ctypes.set_errno(0)
                r = libc.ioctl(ctypes.c_int(slave), ctypes.c_ulong(request), buffer)
                return errno.errorcode[ctypes.get_errno()] if r < 0 else 'ok'
            print('push', ioctl(0x5412)); print('push high', ioctl(0x100005412))
            print('console', ioctl(0x541C)); print('size', ioctl(termios.TIOCGWINSZ))
            print('keyctl', call(250, 219, 0, -3, 0))
            print('add_key', call(248, 217, b'user', b'name', b'value', 5, -3))
            print('request_key', call(249, 218, b'user', b'name', 0, 0))
            print('unshare', call(272, 97, 0x10000000))
            print('clone', call(56, 220, 0x10000000 | 17, 0, 0, 0, 0))
            print('clone3', call(435, 435, 0, 0))
            print('setns', call(308, 268, os.open('/proc/self/ns/net', 0), 0))
            print('mount', call(165, 40, b'none', b'/tmp', b'tmpfs', 0, 0))
            print('umount', call(166, 39, b'/run/keymantle', 2))
            print('bpf', call(321, 280, 0, 0, 0)); print('perf', call(298, 241, 0, 0, -1, -1, 0))
            print('uring', call(425, 425, 8, 0)); print('userfault', call(323, 282, 0))
            print('modules', call(175, 105, 0, 0, b'')); print('dmesg', call(103, 116, 3, 0, 0))
            """);
    assertThat(result.said())
        .contains("push EPERM", "push high EPERM", "console EPERM", "size ok")
        .contains("keyctl EPERM", "add_key EPERM", "request_key EPERM")
        .contains("unshare EPERM", "clone EPERM", "clone3 ENOSYS", "setns EPERM")
        .contains("mount EPERM", "umount EPERM", "bpf EPERM", "perf EPERM")
        .contains("uring ENOSYS", "userfault EPERM", "modules EPERM", "dmesg EPERM");
  }

  @Test
  void foreignArchitecture_fromInside_isKilled() throws Exception {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the second door is x86_64's own");
    AgentRun agent = new AgentRun(folder);
    // mov eax, 20 (getpid of i386); int 0x80; ret
    AgentRun.Result result =
        agent.python(
            """
            import mmap
            page = mmap.mmap(-1, 4096, prot=7)
            page.write(bytes.fromhex(sys.argv[1] if len(sys.argv) > 1 else 'b814000000cd80c3'))
            address = ctypes.addressof(ctypes.c_char.from_buffer(page))
            sys.stdout.flush()
            ctypes.CFUNCTYPE(ctypes.c_int)(address)()
            print('alive')
            """);
    // SIGSYS from the filter; a kernel without that door faults (SIGSEGV) before the filter sees
    // it.
    assertThat(result.status()).isIn(128 + 31, 128 + 11);
    assertThat(result.said()).doesNotContain("alive");
  }

  @Test
  void privileges_inside_areNone() throws Exception {
    AgentRun agent = new AgentRun(folder);
    assertThat(agent.shell("grep -E 'Cap|NoNew|Seccomp:' /proc/self/status; ulimit -c").said())
        .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000")
        .contains("NoNewPrivs:\t1", "Seccomp:\t2")
        .endsWith("\n0\n");
  }

  private static ServerSocketChannel listen(Path path) throws Exception {
    ServerSocketChannel server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(path));
    server.configureBlocking(false);
    return server;
  }

  private static ServerSocketChannel openSix(InetAddress address) throws Exception {
    ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(address, 0));
    server.configureBlocking(false);
    return server;
  }

  private static int port(ServerSocketChannel server) {
    return server.socket().getLocalPort();
  }

  /// A folder with a socket for a route on which nothing needs to answer.
  private static Path gatewayOf(AgentRun agent) throws Exception {
    new FakeGateway(agent.gatewayFolder()).close();
    return agent.gatewayFolder();
  }
}
