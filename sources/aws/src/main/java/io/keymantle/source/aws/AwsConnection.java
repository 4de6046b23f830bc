package io.keymantle.source.aws;

import io.keymantle.domain.CredentialName;
import io.keymantle.source.http.ItemReference;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// What both sources at AWS have in common: the parts between settings and a service, and how a
/// value is made of an answer.
record AwsConnection(SourceSettings settings, AwsPlace place, Clock clock, Duration timeout) {
  static AwsConnection of(SourceSettings settings, Clock clock, Duration timeout) {
    return new AwsConnection(
        settings, AwsPlace.of(settings, new Profiles(settings)), clock, timeout);
  }

  /// @param name as in AWS's host names
  /// @param variable what AWS's own clients call it in variables
  /// @param operations what the names of its operations begin with
  AwsService service(String title, String name, String variable, String operations) {
    Profiles profiles = new Profiles(settings);
    Sts sts =
        new Sts(
            place.endpoint("sts-endpoint", "sts", "STS"),
            place.region(),
            new ProviderClient("AWS STS", settings.tls()),
            clock,
            timeout);
    return new AwsService(
        new AwsService.Address(
            title,
            place.endpoint("endpoint", name, variable),
            new Signature(place.region(), name),
            operations),
        new ProviderClient(title, settings.tls()),
        new KeptCredentials(
            new CredentialChain(settings, profiles, sts, new Metadata(settings)), clock),
        clock,
        timeout);
  }

  /// @param whole all of the value; zeroed
  SourceValue value(
      CredentialName credential, ItemReference reference, byte[] whole, String version)
      throws SourceException {
    return reference.value(credential, whole, version, settings.capped(Optional.empty()));
  }

  /// A 2xx that has no value in it.
  static SourceException withoutValue(String title, ProviderReply reply) {
    return new SourceException(
        Reason.MALFORMED,
        title + " answered without a value" + reply.requestId(),
        "see whether endpoint is its address");
  }
}
