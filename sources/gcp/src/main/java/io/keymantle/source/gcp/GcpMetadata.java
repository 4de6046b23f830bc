package io.keymantle.source.gcp;

import io.keymantle.source.http.AccessToken;
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

/// What Google gives to where the broker runs: the service account of a machine, of a Cloud Run
/// service, or of a pod by GKE's workload identity
/// (https://cloud.google.com/compute/docs/metadata/overview). Both sides say that they are meant by
/// the header `Metadata-Flavor`.
final class GcpMetadata {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final String HOST = "GCE_METADATA_HOST";
  private static final String FLAVOR = "metadata-flavor";
  private static final String GOOGLE = "Google";
  private static final String TITLE = "the metadata server";

  private final SourceSettings settings;
  private final Clock clock;
  private final ProviderClient client = new ProviderClient(TITLE, Optional.empty());

  GcpMetadata(SourceSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// Empty when the broker runs nowhere at Google.
  Optional<AccessToken> token() throws SourceException {
    if (settings.variable("NO_GCE_CHECK").orElse("").equalsIgnoreCase("true")) {
      return Optional.empty();
    }
    ProviderReply answered;
    try {
      answered = client.send(request("instance/service-accounts/default/token"));
    } catch (SourceException e) {
      if (settings.variable(HOST).isPresent()) {
        throw e;
      }
      // Nobody is at that address.
      return Optional.empty();
    }
    try (ProviderReply reply = answered) {
      requireGoogle(reply);
      if (reply.status() == 404) {
        throw new SourceException(
            Reason.UNAUTHENTICATED,
            "this machine has no service account of Google's",
            "attach one, or set credentials");
      }
      if (reply.status() / 100 != 2) {
        throw client.refusal(reply, ProviderReply.reason(reply.status()), "");
      }
      return Optional.of(AccessToken.of(reply, TITLE, clock.instant()));
    }
  }

  /// The project of the machine.
  Optional<String> project() throws SourceException {
    try (ProviderReply reply = client.require(request("project/project-id"))) {
      requireGoogle(reply);
      return Optional.of(new String(reply.body(), StandardCharsets.UTF_8).strip());
    }
  }

  private ProviderRequest request(String path) {
    URI base =
        settings.address("http://" + settings.variable(HOST).orElse("metadata.google.internal"));
    return ProviderRequest.get(URI.create(base + "/computeMetadata/v1/" + path))
        .with(FLAVOR, GOOGLE)
        .within(TIMEOUT);
  }

  private static void requireGoogle(ProviderReply reply) throws SourceException {
    if (!reply.header(FLAVOR).equals(Optional.of(GOOGLE))) {
      throw new SourceException(
          Reason.UNTRUSTED,
          "what answers as metadata server is not Google's",
          "unset or correct " + HOST + ", or set credentials");
    }
  }
}
