package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.Control;
import io.keymantle.control.ImportOffer;
import io.keymantle.control.ImportTerms;
import io.keymantle.domain.ConfigurationChange;
import io.keymantle.domain.ConfigurationFinding;
import io.keymantle.domain.ConfigurationProtection;
import io.keymantle.domain.ConfigurationVersion;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.OpenedConfiguration;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.SealedValue;
import io.keymantle.ledger.Ledger;
import io.keymantle.testkit.TestBroker;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Both sets of routes over a broker in memory, each on a port of its own.
final class TestApi implements AutoCloseable, BrokerPort, ExecPort, RedactionPort, OpenClawPort {
  static final String PASSPHRASE = "correct horse";

  private final TestBroker broker;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final HttpClient client = HttpClient.newHttpClient();
  private final Events events = new Events();
  private final List<ExecPort.Call> calls = new ArrayList<>();
  private final AdminRoutes adminRoutes;
  private final AgentRoutes agentRoutes;
  private final Channel admin;
  private final Channel agents;
  private final Channel console;
  private boolean sealed;
  private boolean stopped;
  private Optional<RefusedException> execRefusal = Optional.empty();
  private Optional<ConfigurationChange> edit = Optional.empty();
  private final List<String> edits = new ArrayList<>();

  TestApi(Path folder) {
    this(TestBroker.create(folder));
  }

  /// Over a broker of the caller's, which is closed with this.
  TestApi(TestBroker over) {
    broker = over;
    adminRoutes = new AdminRoutes(this, this, this, this, events, broker.clock());
    agentRoutes = new AgentRoutes(broker.control(), this, this);
    admin = listen(ApiChannel.forPeople(adminRoutes));
    agents = listen(ApiChannel.forAgents(agentRoutes));
    console =
        listen(
            ApiChannel.forConsole(
                new ConsoleRoutes(
                    adminRoutes,
                    new TestPages(),
                    new ConsoleOrigin(Optional.of(URI.create("https://keys.example.com"))))));
  }

  private Channel listen(ApiChannel api) {
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                api.addTo(channel.pipeline(), Optional.empty());
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .syncUninterruptibly()
        .channel();
  }

  TestBroker broker() {
    return broker;
  }

  RouteTable adminTable() {
    return adminRoutes.table();
  }

  RouteTable agentTable() {
    return agentRoutes.table();
  }

  List<ExecPort.Call> execCalls() {
    return calls;
  }

  boolean stopped() {
    return stopped;
  }

  void seal() {
    sealed = true;
  }

  void refuseExec(RefusedException refusal) {
    execRefusal = Optional.of(refusal);
  }

  HttpResponse<String> admin(String method, String target, String body) throws Exception {
    return send(admin, method, target, body, "");
  }

  HttpResponse<String> agent(String token, String method, String target, String body)
      throws Exception {
    return send(agents, method, target, body, token);
  }

  HttpResponse<String> adminAs(String token, String method, String target, String body)
      throws Exception {
    return send(admin, method, target, body, token);
  }

  private HttpResponse<String> send(
      Channel listener, String method, String target, String body, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(listener) + target))
            .version(HttpClient.Version.HTTP_1_1)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /// Sends bytes to the agents' listener and returns everything that comes back.
  String raw(String bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(agents))) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  int consolePort() {
    return port(console);
  }

  Events events() {
    return events;
  }

  int agentPort() {
    return port(agents);
  }

  private static int port(Channel listener) {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public BrokerStatus status() {
    return new BrokerStatus(
        Optional.of(URI.create("http://127.0.0.1:1")),
        Optional.of(URI.create("http://127.0.0.1:2")),
        Optional.empty(),
        Path.of("/home/run/gateway"),
        Path.of("/home/ca.pem"),
        42,
        "test",
        TrustLevel.SAME_USER,
        sealed,
        sealed,
        List.of("a notice"));
  }

  @Override
  public Control control() {
    if (sealed) {
      throw RefusedException.of(
          ErrorCode.SESSION_REQUIRED, "the home is sealed", "keymantle login");
    }
    return broker.control();
  }

  @Override
  public Ledger ledger() {
    throw RefusedException.of(ErrorCode.LEDGER_UNAVAILABLE, "none in this test", "none");
  }

  @Override
  public IntakeKey intakeKey() {
    return IntakeKey.of(
        new byte[] {
          9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          0, 0
        });
  }

  @Override
  public boolean unseal(char[] passphrase) {
    if (!new String(passphrase).equals(PASSPHRASE)) {
      throw RefusedException.of(ErrorCode.WRONG_KEY, "wrong", "try again");
    }
    boolean was = sealed;
    sealed = false;
    return was;
  }

  @Override
  public List<String> warnings() {
    return List.of("a warning");
  }

  @Override
  public void backup(Path target, Optional<SealedValue> passphrase) {}

  @Override
  public void shutdown() {
    stopped = true;
  }

  @Override
  public int run(Call call, Output output) throws IOException {
    if (execRefusal.isPresent()) {
      throw execRefusal.get();
    }
    calls.add(call);
    output.output("stdout", ByteBuffer.wrap("out".getBytes(StandardCharsets.UTF_8)));
    output.output("stderr", ByteBuffer.wrap("err".getBytes(StandardCharsets.UTF_8)));
    return 3;
  }

  @Override
  public void forAgent(String agentToken, InputStream in, OutputStream out) throws IOException {
    forPerson(in, out);
  }

  @Override
  public void forPerson(InputStream in, OutputStream out) throws IOException {
    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    out.write(text.replace("hunter2", "[redacted:x]").getBytes(StandardCharsets.UTF_8));
  }

  void answerEdits(ConfigurationChange answer) {
    edit = Optional.of(answer);
  }

  /// What the editor was asked for.
  List<String> edits() {
    return edits;
  }

  @Override
  public OpenedConfiguration open(Path file) {
    edits.add("open " + file);
    return new OpenedConfiguration(
        file.toString(),
        "base-1",
        "{ token: '__OPENCLAW_REDACTED__' }",
        List.of(new ConfigurationFinding("/token", "token", "is a secret", "8-19", List.of("env"))),
        List.of(
            new ConfigurationVersion(
                broker.clock().instant(), "person:owner", "base-1", List.of("token changed"))));
  }

  @Override
  public ConfigurationChange save(Actor.Person person, Path file, String base, String text) {
    edits.add("save " + person + " " + file + " " + base + " " + text);
    return edit.orElseThrow();
  }

  @Override
  public ConfigurationChange protect(
      Actor.Person person, Path file, String base, ConfigurationProtection secret) {
    edits.add("protect " + person + " " + file + " " + base + " " + secret);
    return edit.orElseThrow();
  }

  /// One secret, at `env.vars.NOTION_TOKEN`.
  @Override
  public List<ImportOffer> offers(Path file, ImportTerms terms) {
    CredentialName name = terms.names().name("NOTION_TOKEN");
    return List.of(
        new ImportOffer(
            "env.vars.NOTION_TOKEN",
            terms.spec(name),
            terms.rehearsal() ? Optional.empty() : Optional.of(broker.seal(name, "from the file")),
            true,
            ""));
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
    broker.close();
  }
}
