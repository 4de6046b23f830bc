package io.keymantle.source.azure;

import io.keymantle.source.http.AccessToken;
import io.keymantle.source.http.FormBody;
import io.keymantle.source.http.OAuthError;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// What Azure gives to where the broker runs: to an app service, a function or a container app
/// (https://learn.microsoft.com/azure/app-service/overview-managed-identity), or to a machine, by
/// its metadata service
/// (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token).
final class ManagedIdentity {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final String TITLE = "the managed identity's service";
  private static final String ENDPOINT = "IDENTITY_ENDPOINT";
  private static final String HOST = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
  private static final String MACHINE = "/metadata/identity/oauth2/token";

  private final SourceSettings settings;
  private final URI resource;
  private final Clock clock;
  private final ProviderClient client = new ProviderClient(TITLE, Optional.empty());

  ManagedIdentity(SourceSettings settings, URI resource, Clock clock) {
    this.settings = settings;
    this.resource = resource;
    this.clock = clock;
  }

  AccessToken token() throws SourceException {
    Optional<String> endpoint = settings.variable(ENDPOINT);
    return endpoint.isPresent() ? ofApp(endpoint.get()) : ofMachine();
  }

  private AccessToken ofApp(String endpoint) throws SourceException {
    Optional<String> header = settings.variable("IDENTITY_HEADER");
    if (header.isEmpty() || settings.variable("IDENTITY_SERVER_THUMBPRINT").isPresent()) {
      throw unauthenticated(
          "the managed identity of Azure Arc or Service Fabric is not supported",
          "log in by a certificate or by workload identity");
    }
    URI base = settings.address(endpoint);
    // Only this machine gives it, at an address of its own or of its link.
    if (!SourceSettings.isPrivate(base) && !base.getHost().startsWith("169.254.")) {
      throw unauthenticated(ENDPOINT + " leads elsewhere without TLS", "unset or correct it");
    }
    return fetch(
        ProviderRequest.get(URI.create(base + "?" + query("2019-08-01")))
            .with("x-identity-header", header.get()));
  }

  private AccessToken ofMachine() throws SourceException {
    URI base = settings.address(settings.variable(HOST).orElse("http://169.254.169.254"));
    try {
      return fetch(
          ProviderRequest.get(URI.create(base + MACHINE + "?" + query("2018-02-01")))
              .with("metadata", "true"));
    } catch (SourceException e) {
      if (settings.text("auth").isPresent()
          || settings.variable(HOST).isPresent()
          || (e.reason() != Reason.UNAVAILABLE && e.reason() != Reason.TIMEOUT)) {
        throw e;
      }
      // Nobody is at that address.
      throw unauthenticated(
          "there are no Azure credentials: not in the settings of "
              + settings.scheme()
              + ", the environment, a workload identity or a managed identity",
          "keymantle source set "
              + settings.scheme()
              + " --setting tenant=ID --setting client-id=ID --login client-secret=CREDENTIAL");
    }
  }

  private String query(String version) {
    FormBody query =
        new FormBody().with("api-version", version).with("resource", resource.toString());
    settings.text("client-id", "AZURE_CLIENT_ID").ifPresent(id -> query.with("client_id", id));
    return new String(query.finish(), StandardCharsets.US_ASCII);
  }

  private AccessToken fetch(ProviderRequest request) throws SourceException {
    try (ProviderReply reply = client.send(request.within(TIMEOUT))) {
      if (reply.status() / 100 == 2) {
        return AccessToken.of(reply, TITLE, clock.instant());
      }
      OAuthError error = OAuthError.of(reply);
      if (reply.status() == 404 || reply.status() == 410) {
        // Its own words for being updated.
        throw client.refusal(reply, Reason.UNAVAILABLE, error.code());
      }
      throw client.refusal(
          reply,
          error.reason(),
          error.code(),
          error.reason() == Reason.UNAUTHENTICATED
              ? "attach a managed identity to this machine; name one of several by client-id"
              : client.fix(error.reason()));
    }
  }

  private static SourceException unauthenticated(String message, String fix) {
    return new SourceException(Reason.UNAUTHENTICATED, message, fix);
  }
}
