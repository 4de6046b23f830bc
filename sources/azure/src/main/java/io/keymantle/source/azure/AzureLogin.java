package io.keymantle.source.azure;

import io.keymantle.source.http.AccessToken;
import io.keymantle.source.http.FormBody;
import io.keymantle.source.http.KeptToken;
import io.keymantle.source.http.LoginFile;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Where the broker's own credentials at Azure are looked for: in the source's settings, then as
/// azure-identity's default does: environment, workload identity, managed identity
/// (https://learn.microsoft.com/azure/developer/java/sdk/authentication/credential-chains). The
/// first place that is set up counts, also when it then fails. Thread-safe.
final class AzureLogin implements KeptToken.Origin {
  /// The ways to log in, in the order in which they are looked for.
  private enum Way {
    CLIENT_SECRET,
    CERTIFICATE,
    WORKLOAD_IDENTITY,
    MANAGED_IDENTITY;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private final SourceSettings settings;
  private final Entra entra;
  private final ManagedIdentity machine;
  private final ClientCertificate certificate;
  private final Optional<Way> named;

  AzureLogin(
      SourceSettings settings,
      AzurePlace place,
      Clock clock,
      RandomGenerator random,
      Duration timeout) {
    this.settings = settings;
    this.entra = new Entra(settings, place, clock, timeout);
    this.machine = new ManagedIdentity(settings, place.resource(), clock);
    this.certificate = new ClientCertificate(settings, clock, random);
    this.named = settings.text("auth").map(this::way);
    if (!tenant().orElse("").matches("[A-Za-z0-9.-]{0,253}")) {
      throw settings.refused("its tenant is none", "write its id, or a domain of it");
    }
  }

  private Way way(String word) {
    return Arrays.stream(Way.values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            settings.refused(
                "there is no auth of that name",
                "set auth to client-secret, certificate, workload-identity or managed-identity"));
  }

  Optional<String> tenant() {
    return settings.text("tenant", "AZURE_TENANT_ID");
  }

  @Override
  public AccessToken find() throws SourceException {
    return switch (named.orElseGet(this::firstSetUp)) {
      case CLIENT_SECRET -> bySecret();
      case CERTIFICATE -> byCertificate();
      case WORKLOAD_IDENTITY -> byTokenFile();
      case MANAGED_IDENTITY -> machine.token();
    };
  }

  private Way firstSetUp() {
    if (settings.secrets().containsKey("client-secret")) {
      return Way.CLIENT_SECRET;
    }
    if (certificate.isSet()) {
      return Way.CERTIFICATE;
    }
    if (settings.text("token-file").isPresent()) {
      return Way.WORKLOAD_IDENTITY;
    }
    if (settings.variable("AZURE_CLIENT_SECRET").isPresent()) {
      return Way.CLIENT_SECRET;
    }
    if (settings.variable(ClientCertificate.VARIABLE).isPresent()) {
      return Way.CERTIFICATE;
    }
    return settings.variable("AZURE_FEDERATED_TOKEN_FILE").isPresent()
        ? Way.WORKLOAD_IDENTITY
        : Way.MANAGED_IDENTITY;
  }

  private AccessToken bySecret() throws SourceException {
    byte[] secret =
        settings
            .login("client-secret")
            .or(() ->
                settings
                    .variable("AZURE_CLIENT_SECRET")
                    .map(text -> text.getBytes(StandardCharsets.UTF_8)))
            .orElseThrow(() -> missing("client-secret", "--login client-secret=CREDENTIAL"));
    try {
      return entra.token(
          requiredTenant(),
          new FormBody().with("client_id", clientId()).with("client_secret", secret));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private AccessToken byCertificate() throws SourceException {
    String tenant = requiredTenant();
    byte[] assertion = certificate.assertion(clientId(), entra.address(tenant));
    try {
      return entra.token(tenant, byAssertion(assertion));
    } finally {
      Arrays.fill(assertion, (byte) 0);
    }
  }

  /// By another identity provider's token, read anew each time: it is replaced while the broker
  /// runs.
  private AccessToken byTokenFile() throws SourceException {
    Path file =
        settings
            .text("token-file", "AZURE_FEDERATED_TOKEN_FILE")
            .map(Path::of)
            .orElseThrow(() -> missing("token-file", "--setting token-file=FILE"));
    byte[] text =
        LoginFile.read(file, "see token-file or AZURE_FEDERATED_TOKEN_FILE, or mount the token");
    byte[] token = LoginFile.stripped(text);
    try {
      if (token.length == 0 || !isJwt(token)) {
        throw new SourceException(
            Reason.UNAUTHENTICATED, "what is in " + file + " is no JWT", "mount the token anew");
      }
      return entra.token(requiredTenant(), byAssertion(token));
    } finally {
      Arrays.fill(text, (byte) 0);
      Arrays.fill(token, (byte) 0);
    }
  }

  private static boolean isJwt(byte[] token) {
    for (byte each : token) {
      if (!Character.isLetterOrDigit(each) && "-_.".indexOf(each) < 0) {
        return false;
      }
    }
    return true;
  }

  /// RFC 7523, §2.2.
  private FormBody byAssertion(byte[] assertion) throws SourceException {
    return new FormBody()
        .with("client_id", clientId())
        .with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        .with("client_assertion", assertion);
  }

  private String clientId() throws SourceException {
    return settings
        .text("client-id", "AZURE_CLIENT_ID")
        .orElseThrow(() -> missing("client-id", "--setting client-id=ID"));
  }

  private String requiredTenant() throws SourceException {
    return tenant().orElseThrow(() -> missing("tenant", "--setting tenant=ID"));
  }

  private SourceException missing(String what, String how) {
    return new SourceException(
        Reason.UNAUTHENTICATED,
        settings.scheme() + " has no " + what + " to log in at Entra ID with",
        "keymantle source set " + settings.scheme() + " " + how);
  }
}
