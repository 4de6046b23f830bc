package io.keymantle.source.aws;

import com.sun.net.httpserver.HttpExchange;
import io.keymantle.testkit.FakeProvider;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A fake of AWS, not AWS: Secrets Manager, Parameter Store and STS as far as the sources use them,
/// written to their published API references
/// (https://docs.aws.amazon.com/secretsmanager/latest/apireference/,
/// https://docs.aws.amazon.com/systems-manager/latest/APIReference/,
/// https://docs.aws.amazon.com/STS/latest/APIReference/). It checks each signature
/// ([SignatureCheck]) and gives pages of ten. It holds no limits of size, which AWS does.
final class FakeAws implements FakeProvider.Api, AutoCloseable {
  static final String REGION = "eu-central-1";
  static final String REQUEST_ID = "0f5e7d2c-1111-4222-8333-4f1c2a3b5c6d";
  static final String USER = "AKIDUSER";
  static final String USER_KEY = "canary-key-of-the-user";

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, String> keys = new ConcurrentHashMap<>(Map.of(USER, USER_KEY));
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final List<String> sessions = new CopyOnWriteArrayList<>();
  private final FakeAwsItems items = new FakeAwsItems(json);
  private volatile String sessionEnd = "2999-01-01T00:00:00Z";
  private final FakeProvider server;

  FakeAws(Optional<SSLContext> tls) {
    this.server = new FakeProvider(this, tls);
  }

  FakeProvider server() {
    return server;
  }

  URI address() {
    return server.address();
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

  @Override
  public boolean suffers(HttpExchange exchange) {
    return exchange.getRequestHeaders().containsKey("x-amz-target");
  }

  @Override
  public void answer(HttpExchange exchange, byte[] body)
      throws IOException, GeneralSecurityException {
    exchange.getResponseHeaders().set("x-amzn-requestid", REQUEST_ID);
    String target = exchange.getRequestHeaders().getFirst("x-amz-target");
    if (target == null) {
      answerSts(exchange, new String(body, StandardCharsets.UTF_8), body);
    } else {
      answerService(exchange, target, body);
    }
  }

  @Override
  public void refuse(HttpExchange exchange, Trouble its) throws IOException {
    exchange.getResponseHeaders().set("x-amzn-requestid", REQUEST_ID);
    switch (its) {
      case FORBIDS -> refuse(exchange, 400, "AccessDeniedException");
      case LOGIN_EXPIRED -> refuse(exchange, 400, "ExpiredTokenException");
      case THROTTLES -> refuse(exchange, 400, "ThrottlingException");
      default -> refuse(exchange, 500, "InternalServiceError");
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
      FakeProvider.send(exchange, 200, json.writeValueAsString(output.get()));
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
      FakeProvider.send(
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
    FakeProvider.send(
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
    FakeProvider.send(
        exchange,
        status,
        "{\"__type\":\"com.amazonaws.service#" + code + "\",\"message\":\"canary\"}");
  }

  @Override
  public void close() {
    server.close();
  }
}
