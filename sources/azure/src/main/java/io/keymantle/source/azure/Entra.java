package io.keymantle.source.azure;

import io.keymantle.source.http.AccessToken;
import io.keymantle.source.http.FormBody;
import io.keymantle.source.http.OAuthError;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/// Microsoft Entra ID's token endpoint
/// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
final class Entra {
  private static final String TITLE = "Entra ID";

  /// Its codes that are worth a fix of their own
  /// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
  private static final Map<String, String> FIXES =
      Map.of(
          "7000215", "set the client secret's value anew, not its id",
          "7000222", "the client secret has expired: make another, and set it",
          "700016", "correct client-id and tenant: the tenant has no such application",
          "700027", "add this certificate to the application, or use the one that it has",
          "700024", "set the clock of this machine",
          "70021", "add a federated credential for this issuer and subject to the application",
          "700213", "add a federated credential for this subject to the application",
          "90002", "correct tenant: there is none of this name");

  private final AzurePlace place;
  private final ProviderClient client;
  private final Clock clock;
  private final Duration timeout;

  Entra(SourceSettings settings, AzurePlace place, Clock clock, Duration timeout) {
    this.place = place;
    this.client = new ProviderClient(TITLE, settings.trust());
    this.clock = clock;
    this.timeout = timeout;
  }

  /// Also the audience of assertions.
  URI address(String tenant) {
    return URI.create(place.authority() + "/" + tenant + "/oauth2/v2.0/token");
  }

  /// @param form who asks, and by which proof
  AccessToken token(String tenant, FormBody form) throws SourceException {
    byte[] body =
        form.with("grant_type", "client_credentials")
            .with("scope", place.resource() + "/.default")
            .finish();
    ProviderRequest request =
        ProviderRequest.post(address(tenant), FormBody.TYPE, body).within(timeout);
    try (ProviderReply reply = client.send(request)) {
      if (reply.status() / 100 != 2) {
        throw refused(reply);
      }
      return AccessToken.of(reply, TITLE, clock.instant());
    }
  }

  private SourceException refused(ProviderReply reply) {
    OAuthError error = OAuthError.of(reply);
    String number = "";
    try {
      number = reply.text("/error_codes/0").filter(text -> text.matches("\\d{1,8}")).orElse("");
    } catch (SourceException e) {
      // No JSON, such as what a proxy answers: its status says enough.
    }
    return client.refusal(
        reply,
        error.reason(),
        error.code() + (number.isEmpty() ? "" : " AADSTS" + number),
        FIXES.getOrDefault(number, client.fix(error.reason())));
  }
}
