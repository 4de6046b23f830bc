package io.keymantle.source.gcp;

import io.keymantle.source.http.AccessToken;
import io.keymantle.source.http.FormBody;
import io.keymantle.source.http.JsonBody;
import io.keymantle.source.http.Jws;
import io.keymantle.source.http.OAuthError;
import io.keymantle.source.http.Pem;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.spi.SourceException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// Logs in by credentials of each type that can be used without asking anybody: a service account's
/// key, a user's refresh token, another provider's token, and a service account that is taken on
/// with one of these.
final class CredentialsLogin {
  /// What the token is good for; what the identity may do is said by its roles.
  static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  /// The longest that Google takes an assertion for.
  private static final long LIFE_SECONDS = 3600;

  private final GcpAddress addresses;
  private final ProviderClient client;
  private final Clock clock;
  private final Duration timeout;
  private final ExternalToken external;
  private final Impersonation impersonation;

  CredentialsLogin(GcpAddress addresses, ProviderClient client, Clock clock, Duration timeout) {
    this.addresses = addresses;
    this.client = client;
    this.clock = clock;
    this.timeout = timeout;
    this.external = new ExternalToken(addresses, timeout);
    this.impersonation = new Impersonation(client, timeout);
  }

  AccessToken token(CredentialsFile file) throws SourceException {
    String universe = file.text("/universe_domain").orElse("googleapis.com");
    if (!universe.equals("googleapis.com")) {
      throw file.wrong("is for another universe than googleapis.com");
    }
    return switch (file.required("/type")) {
      case "service_account" -> ofKey(file);
      case "authorized_user" -> ofUser(file);
      case "external_account" -> ofAnotherProvider(file);
      case "impersonated_service_account" -> ofAnAccount(file);
      default -> throw file.wrong("is of a type that is not supported");
    };
  }

  private AccessToken ofKey(CredentialsFile file) throws SourceException {
    URI where = addresses.token(file.text("/token_uri"));
    byte[] assertion = assertion(file, where);
    try {
      return fetch(
          where,
          new FormBody()
              .with("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
              .with("assertion", assertion));
    } finally {
      Arrays.fill(assertion, (byte) 0);
    }
  }

  /// The assertion of RFC 7523 §3 as Google has it: without `sub`, which would name a user to act
  /// for (https://developers.google.com/identity/protocols/oauth2/service-account).
  private byte[] assertion(CredentialsFile file, URI audience) throws SourceException {
    byte[] key = file.secret("/private_key");
    try {
      JsonBody header = new JsonBody().with("typ", "JWT");
      Optional<String> id = file.text("/private_key_id");
      id.ifPresent(text -> header.with("kid", text));
      long now = clock.instant().getEpochSecond();
      JsonBody claims =
          new JsonBody()
              .with("iss", file.required("/client_email"))
              .with("scope", SCOPE)
              .with("aud", audience.toString())
              .with("iat", now)
              .with("exp", now + LIFE_SECONDS);
      return Jws.RS256.sign(Pem.privateKey(key), header, claims);
    } catch (GeneralSecurityException e) {
      throw file.wrong("has no private_key of RSA in PKCS #8");
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private AccessToken ofUser(CredentialsFile file) throws SourceException {
    URI where = addresses.token(file.text("/token_uri"));
    byte[] secret = file.secret("/client_secret");
    byte[] refresh = file.secret("/refresh_token");
    try {
      return fetch(
          where,
          new FormBody()
              .with("grant_type", "refresh_token")
              .with("client_id", file.required("/client_id"))
              .with("client_secret", secret)
              .with("refresh_token", refresh));
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(refresh, (byte) 0);
    }
  }

  private AccessToken ofAnotherProvider(CredentialsFile file) throws SourceException {
    if (file.text("/workforce_pool_user_project").isPresent()
        || file.text("/client_secret").isPresent()) {
      throw file.wrong("is of a workforce pool, which is not supported");
    }
    URI where = addresses.sts(file.required("/token_url"));
    Optional<String> named = file.text("/service_account_impersonation_url");
    Optional<URI> account =
        named.isPresent() ? Optional.of(addresses.impersonation(named.get())) : Optional.empty();
    byte[] subject = external.find(file);
    AccessToken token;
    try {
      token =
          fetch(
              where,
              new FormBody()
                  .with("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
                  .with("audience", file.required("/audience"))
                  .with("scope", SCOPE)
                  .with("requested_token_type", "urn:ietf:params:oauth:token-type:access_token")
                  .with("subject_token_type", file.required("/subject_token_type"))
                  .with("subject_token", subject));
    } finally {
      Arrays.fill(subject, (byte) 0);
    }
    if (account.isEmpty()) {
      return token;
    }
    try (token) {
      return impersonation.token(account.get(), token, file);
    }
  }

  private AccessToken ofAnAccount(CredentialsFile file) throws SourceException {
    URI account = addresses.impersonation(file.required("/service_account_impersonation_url"));
    try (CredentialsFile source = file.inner("/source_credentials")) {
      AccessToken base =
          switch (source.required("/type")) {
            case "service_account" -> ofKey(source);
            case "authorized_user" -> ofUser(source);
            default -> throw file.wrong("has source_credentials of a type that is not supported");
          };
      try (base) {
        return impersonation.token(account, base, file);
      }
    }
  }

  private AccessToken fetch(URI where, FormBody form) throws SourceException {
    ProviderRequest request =
        ProviderRequest.post(where, FormBody.TYPE, form.finish()).within(timeout);
    try (ProviderReply reply = client.send(request)) {
      if (reply.status() / 100 != 2) {
        OAuthError error = OAuthError.of(reply);
        throw client.refusal(reply, error.reason(), error.code());
      }
      return AccessToken.of(reply, "Google's token service", clock.instant());
    }
  }
}
