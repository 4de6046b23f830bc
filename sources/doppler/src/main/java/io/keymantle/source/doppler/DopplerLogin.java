package io.keymantle.source.doppler;

import io.keymantle.source.http.AccessToken;
import io.keymantle.source.http.JsonBody;
import io.keymantle.source.http.KeptToken;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;

/// How a source comes by a token: it has one, or it exchanges an identity's JWT for one
/// (https://docs.doppler.com/docs/service-account-identities).
final class DopplerLogin implements KeptToken.Origin {
  private static final String VARIABLE = "DOPPLER_TOKEN";

  /// A token that was given is looked up again this often: somebody may have set another.
  private static final Duration AGAIN = Duration.ofMinutes(5);

  private final SourceSettings settings;
  private final URI address;
  private final ProviderClient client;
  private final InstantSource clock;
  private final Duration timeout;

  /// @param timeout of one request
  DopplerLogin(
      SourceSettings settings,
      URI address,
      ProviderClient client,
      InstantSource clock,
      Duration timeout) {
    this.settings = settings;
    this.address = address;
    this.client = client;
    this.clock = clock;
    this.timeout = timeout;
    if (settings.text("identity").isPresent() != settings.text("jwt-file").isPresent()) {
      throw settings.refused(
          "an identity goes with its JWT", "set both, identity=ID and jwt-file=FILE");
    }
    if (settings.text("identity").isEmpty()
        && !settings.secrets().containsKey("token")
        && settings.variable(VARIABLE).isEmpty()) {
      throw settings.refused(
          "it has no token",
          "give it the login token, set " + VARIABLE + ", or identity=ID and jwt-file=FILE");
    }
  }

  @Override
  public AccessToken find() throws SourceException {
    Optional<String> identity = settings.text("identity");
    if (identity.isPresent()) {
      return exchanged(identity.get());
    }
    byte[] token =
        settings
            .login("token")
            .or(() ->
                settings.variable(VARIABLE).map(text -> text.getBytes(StandardCharsets.UTF_8)))
            .orElseThrow(() ->
                new SourceException(
                    Reason.UNAUTHENTICATED, "the token is gone", "give it the login token"));
    return AccessToken.of(token, clock.instant().plus(AGAIN));
  }

  private AccessToken exchanged(String identity) throws SourceException {
    byte[] jwt = jwt();
    JsonBody body = new JsonBody().with("identity", identity).with("token", jwt);
    Arrays.fill(jwt, (byte) 0);
    ProviderRequest request =
        ProviderRequest.post(
                URI.create(address + "/v3/auth/oidc"), "application/json", body.finish())
            .within(timeout);
    try (ProviderReply reply = client.send(request)) {
      if (reply.status() / 100 != 2) {
        Reason reason = ProviderReply.reason(reply.status());
        throw client.refusal(reply, reason.mayPass() ? reason : Reason.UNAUTHENTICATED, "");
      }
      byte[] token =
          reply.bytes("/token").orElseThrow(() -> DopplerSource.malformed(reply, "has no token"));
      return AccessToken.of(token, end(reply));
    }
  }

  private byte[] jwt() throws SourceException {
    try {
      byte[] text = Files.readAllBytes(Path.of(settings.required("jwt-file", "")));
      int end = text.length;
      while (end > 0 && text[end - 1] >= 0 && text[end - 1] <= ' ') {
        end--;
      }
      byte[] jwt = Arrays.copyOf(text, end);
      Arrays.fill(text, (byte) 0);
      return jwt;
    } catch (IOException e) {
      throw new SourceException(
          Reason.UNAUTHENTICATED, "the JWT's file cannot be read", "let the broker read it");
    }
  }

  private static Instant end(ProviderReply reply) throws SourceException {
    try {
      return OffsetDateTime.parse(reply.text("/expires_at").orElse("")).toInstant();
    } catch (DateTimeException e) {
      throw DopplerSource.malformed(reply, "does not say when its token ends");
    }
  }
}
