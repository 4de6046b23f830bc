package io.keymantle.source.aws;

import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;

/// AWS Security Token Service: makes credentials of a session out of what one has
/// (https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html).
final class Sts {
  /// A role to take on.
  ///
  /// @param session what it is called in AWS's trail
  record Role(String arn, String session, Optional<String> externalId) {}

  private final URI endpoint;
  private final Signature signature;
  private final ProviderClient client;
  private final Clock clock;
  private final Duration timeout;

  Sts(URI endpoint, String region, ProviderClient client, Clock clock, Duration timeout) {
    this.endpoint = endpoint;
    this.signature = new Signature(region, "sts");
    this.client = client;
    this.clock = clock;
    this.timeout = timeout;
  }

  /// Closes what it is asked with.
  AwsCredentials assume(Role role, AwsCredentials as) throws SourceException {
    try (as) {
      String form =
          form("AssumeRole", role)
              + role.externalId().map(id -> "&ExternalId=" + Canonical.encode(id)).orElse("");
      return session(
          signature.sign(request(form.getBytes(StandardCharsets.US_ASCII)), as, clock.instant()));
    }
  }

  /// By a token of another identity provider, read anew each time: it is replaced while one runs.
  AwsCredentials assume(Role role, Path tokenFile) throws SourceException {
    byte[] token;
    try {
      token = Files.readAllBytes(tokenFile);
    } catch (IOException e) {
      throw unauthenticated(
          "the web identity token in " + tokenFile + " cannot be read",
          "see AWS_WEB_IDENTITY_TOKEN_FILE, or mount the token");
    }
    try {
      int length = jwtLength(token);
      if (length == 0) {
        throw unauthenticated("what is in " + tokenFile + " is no JWT", "mount the token anew");
      }
      byte[] before =
          (form("AssumeRoleWithWebIdentity", role) + "&WebIdentityToken=")
              .getBytes(StandardCharsets.US_ASCII);
      byte[] form = Arrays.copyOf(before, before.length + length);
      System.arraycopy(token, 0, form, before.length, length);
      return session(request(form));
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }

  /// Without the white space at its end; 0 when it is none. A JWT has no character that a form
  /// would escape.
  private static int jwtLength(byte[] token) {
    int length = token.length;
    while (length > 0 && token[length - 1] >= 0 && token[length - 1] <= ' ') {
      length--;
    }
    for (int i = 0; i < length; i++) {
      char c = (char) (token[i] & 0xff);
      if (!Canonical.isUnreserved(c)) {
        return 0;
      }
    }
    return length;
  }

  private static String form(String action, Role role) {
    return "Action="
        + action
        + "&Version=2011-06-15&RoleArn="
        + Canonical.encode(role.arn())
        + "&RoleSessionName="
        + Canonical.encode(role.session());
  }

  private ProviderRequest request(byte[] form) {
    return ProviderRequest.post(endpoint, "application/x-www-form-urlencoded; charset=utf-8", form)
        .within(timeout);
  }

  private AwsCredentials session(ProviderRequest request) throws SourceException {
    try (ProviderReply reply = client.send(request)) {
      if (reply.status() / 100 != 2) {
        AwsError error = AwsError.ofXml(reply);
        throw error.reason() == Reason.FORBIDDEN
            ? unauthenticated(
                "AWS STS answered " + reply.status() + " " + error.code() + reply.requestId(),
                "let the role's trust policy allow this identity to take it on")
            : client.refusal(reply, error.reason(), error.code());
      }
      return credentials(reply);
    }
  }

  private static AwsCredentials credentials(ProviderReply reply) throws SourceException {
    Optional<byte[]> id = XmlElement.find(reply.body(), "AccessKeyId");
    Optional<byte[]> expires = XmlElement.find(reply.body(), "Expiration");
    Optional<byte[]> key = XmlElement.find(reply.body(), "SecretAccessKey");
    Optional<byte[]> token = XmlElement.find(reply.body(), "SessionToken");
    try {
      if (id.isPresent() && expires.isPresent() && key.isPresent() && token.isPresent()) {
        return AwsCredentials.session(
            XmlElement.text(id.get()),
            key.get(),
            token.get(),
            Instant.parse(XmlElement.text(expires.get())));
      }
    } catch (DateTimeParseException e) {
      // Said below.
    }
    key.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    token.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    throw new SourceException(
        Reason.MALFORMED,
        "AWS STS answered without credentials" + reply.requestId(),
        "see whether sts-endpoint is its address");
  }

  static SourceException unauthenticated(String message, String fix) {
    return new SourceException(Reason.UNAUTHENTICATED, message, fix);
  }
}
