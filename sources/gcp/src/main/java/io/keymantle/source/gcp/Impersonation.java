package io.keymantle.source.gcp;

import io.keymantle.source.http.AccessToken;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Takes a service account on, with the token of another identity
/// (https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken).
record Impersonation(ProviderClient client, Duration timeout) {
  private static final String LIFETIME = "/service_account_impersonation/token_lifetime_seconds";

  /// @param as stays the caller's
  AccessToken token(URI account, AccessToken as, CredentialsFile file) throws SourceException {
    String life = file.text(LIFETIME).filter(text -> text.matches("\\d{1,5}")).orElse("3600");
    byte[] body =
        "{%s\"scope\":[\"%s\"],\"lifetime\":\"%ss\"}"
            .formatted(delegates(file), CredentialsLogin.SCOPE, life)
            .getBytes(StandardCharsets.US_ASCII);
    ProviderRequest request =
        as.on(ProviderRequest.post(account, "application/json", body).within(timeout));
    try (ProviderReply reply = client.send(request)) {
      if (reply.status() / 100 != 2) {
        throw refused(reply);
      }
      return read(reply);
    }
  }

  /// The chain of accounts by which it is taken on; most have none.
  private static String delegates(CredentialsFile file) throws SourceException {
    List<String> chain = file.names("/delegates");
    if (!chain.stream().allMatch(each -> each.matches("[A-Za-z0-9@./_-]{1,256}"))) {
      throw file.wrong("has delegates that are none");
    }
    return chain.isEmpty()
        ? ""
        : chain.stream()
            .map(each -> "\"" + each + "\"")
            .collect(Collectors.joining(",", "\"delegates\":[", "],"));
  }

  private SourceException refused(ProviderReply reply) {
    GcpError error = GcpError.of(reply);
    return error.reason() == Reason.FORBIDDEN || error.reason() == Reason.NOT_FOUND
        ? client.refusal(
            reply,
            Reason.UNAUTHENTICATED,
            error.said(),
            "let this identity take the service account on: roles/iam.serviceAccountTokenCreator")
        : error.exception(client, reply);
  }

  private static AccessToken read(ProviderReply reply) throws SourceException {
    Optional<byte[]> token = reply.bytes("/accessToken");
    Optional<String> end = reply.text("/expireTime");
    try {
      if (token.isPresent() && end.isPresent()) {
        return AccessToken.of(token.get(), Instant.parse(end.get()));
      }
    } catch (DateTimeParseException e) {
      // Said below.
    }
    token.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    throw new SourceException(
        Reason.MALFORMED,
        "Google's IAM answered without a token" + reply.requestId(),
        "see service_account_impersonation_url in the credentials");
  }
}
