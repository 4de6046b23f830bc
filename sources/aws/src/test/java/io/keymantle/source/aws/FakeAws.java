package io.keymantle.source.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A fake of AWS, not AWS: Secrets Manager, Parameter Store and STS as far as the sources use them,
/// written to their published API references
/// (https://docs.aws.amazon.com/secretsmanager/latest/apireference/,
/// https://docs.aws.amazon.com/systems-manager/latest/APIReference/,
/// https://docs.aws.amazon.com/STS/latest/APIReference/). It checks each signature
/// ([SignatureCheck]) and gives pages of ten. It holds no limits of size, which AWS does.
final class FakeAws implements AutoCloseable {
  static final String REGION = "eu-central-1";
  static final String REQUEST_ID = "0f5e7d2c-1111-4222-8333-4f1c2a3b5c6d";
  static final String USER = "AKIDUSER";
  static final String USER_KEY = "canary-key-of-the-user";

  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, String> keys = new ConcurrentHashMap<>(Map.of(USER, USER_KEY));
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final List<String> sessions = new CopyOnWriteArrayList<>();
  private final FakeAwsItems items = new FakeAwsItems(json);
  private volatile Optional<Trouble> trouble = Optional.empty();
  private volatile String sessionEnd = "2999-01-01T00:00:00Z";
  private final Optional<SSLContext> tls;
  private HttpServer server;

  FakeAws(Optional<SSLContext> tls) throws IOException {
    this.tls = tls;
    this.server = start(0, tls);
  }

  private HttpServer start(int port, Optional<SSLContext> secured) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer made;
    if (secured.isPresent()) {
      HttpsServer secure = HttpsServer.create(address, 0);
      secure.setHttpsConfigurator(new HttpsConfigurator(secured.get()));
      made = secure;
    } else {
      made = HttpServer.create(address, 0);
    }
    made.setExecutor(threads);
    made.createContext("/", this::answer);
    made.start();
    return made;
  }

  URI address() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  FakeAwsItems items() {
    return items;
  }

  /// What assumed a role, or by which token, in turn.
  List<String> sessions() {
    return sessions;
  }

  /// The end of sessions that are made from now on.
  void endSessionsAt(String moment) {
    sessionEnd = moment;
  }

  void endSessions() {
    tokens.replaceAll((_, _) -> "ended");
  }

  void suffer(Trouble its) {
    trouble = Optional.of(its);
    if (its == Trouble.IS_DOWN) {
      server.stop(0);
    }
  }

  /// Comes back at the same port with another certificate.
  void restart(SSLContext another) throws IOException {
    int port = server.getAddress().getPort();
    server.stop(0);
    server = start(port, Optional.of(another));
  }

  /// Works again.
  void recover() throws IOException {
    Optional<Trouble> before = trouble;
    trouble = Optional.empty();
    if (before.equals(Optional.of(Trouble.IS_DOWN))
        || before.equals(Optional.of(Trouble.HAS_ANOTHER_CERTIFICATE))) {
      int port = server.getAddress().getPort();
      server.stop(0);
      server = start(port, tls);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("x-amzn-requestid", REQUEST_ID);
      String target = exchange.getRequestHeaders().getFirst("x-amz-target");
      if (target == null) {
        answerSts(exchange, new String(body, StandardCharsets.UTF_8), body);
      } else if (trouble.isPresent()) {
        answerTrouble(exchange, trouble.get());
      } else {
        answerService(exchange, target, body);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerTrouble(HttpExchange exchange, Trouble its)
      throws IOException, InterruptedException {
    switch (its) {
      case FORBIDS -> refuse(exchange, 400, "AccessDeniedException");
      case LOGIN_EXPIRED -> refuse(exchange, 400, "ExpiredTokenException");
      case THROTTLES -> refuse(exchange, 400, "ThrottlingException");
      case FAILS -> refuse(exchange, 500, "InternalServiceError");
      case ANSWERS_HTML -> send(exchange, 200, "<html><body>canary</body></html>");
      case ANSWERS_HALF -> send(exchange, 200, "{\"SecretString\":\"canary-value");
      case REDIRECTS -> {
        exchange.getResponseHeaders().set("location", "http://127.0.0.1:1/");
        send(exchange, 302, "");
      }
      case HANGS -> closed.await(1, TimeUnit.MINUTES);
      case IS_DOWN, HAS_ANOTHER_CERTIFICATE -> throw new IOException("never comes so far");
    }
  }

  private void answerService(HttpExchange exchange, String target, byte[] body)
      throws IOException, GeneralSecurityException {
    String service = target.startsWith("AmazonSSM.") ? "ssm" : "secretsmanager";
    Optional<String> signer = SignatureCheck.signer(exchange, body, REGION, service, keys);
    if (signer.isEmpty()) {
      refuse(exchange, 400, "InvalidSignatureException");
      return;
    }
    String token = exchange.getRequestHeaders().getFirst("x-amz-security-token");
    String known = tokens.get(signer.get());
    if (known != null && !known.equals(token)) {
      refuse(exchange, 400, known.equals("ended") ? "ExpiredTokenException" : "InvalidToken");
      return;
    }
    JsonNode input = json.readTree(body);
    Optional<JsonNode> output =
        switch (target) {
          case "secretsmanager.GetSecretValue" -> items.secret(input);
          case "secretsmanager.ListSecrets" -> Optional.of(items.list(input, "SecretList"));
          case "AmazonSSM.GetParameter" -> items.parameter(input);
          case "AmazonSSM.DescribeParameters" -> Optional.of(items.list(input, "Parameters"));
          default -> throw new IOException("no operation " + target);
        };
    if (output.isPresent()) {
      send(exchange, 200, json.writeValueAsString(output.get()));
      return;
    }
    refuse(
        exchange, 400, service.equals("ssm") ? "ParameterNotFound" : "ResourceNotFoundException");
  }

  private void answerSts(HttpExchange exchange, String form, byte[] body)
      throws IOException, GeneralSecurityException {
    boolean byToken = form.contains("Action=AssumeRoleWithWebIdentity&");
    boolean known =
        byToken
            ? form.contains("&WebIdentityToken=header.payload.signature")
            : SignatureCheck.signer(exchange, body, REGION, "sts", keys).isPresent();
    if (!known) {
      send(
          exchange,
          403,
          "<ErrorResponse><Error><Code>"
              + (byToken ? "InvalidIdentityToken" : "SignatureDoesNotMatch")
              + "</Code><Message>canary</Message></Error></ErrorResponse>");
      return;
    }
    int number = tokens.size() + 1;
    keys.put("ASIDSESSION" + number, "canary-key-" + number);
    tokens.put("ASIDSESSION" + number, "canary/token+" + number + "==");
    sessions.add(form);
    String action = byToken ? "AssumeRoleWithWebIdentity" : "AssumeRole";
    send(
        exchange,
        200,
        "<%1$sResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><%1$sResult><Credentials>"
                .formatted(action)
            + "<AccessKeyId>ASIDSESSION%1$d</AccessKeyId><SecretAccessKey>canary-key-%1$d</SecretAccessKey>"
                .formatted(number)
            + "<SessionToken>canary/token+%d==</SessionToken><Expiration>%s</Expiration>"
                .formatted(number, sessionEnd)
            + "</Credentials></%1$sResult></%1$sResponse>".formatted(action));
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    send(
        exchange,
        status,
        "{\"__type\":\"com.amazonaws.service#" + code + "\",\"message\":\"canary\"}");
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
