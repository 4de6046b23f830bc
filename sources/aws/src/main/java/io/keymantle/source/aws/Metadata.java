package io.keymantle.source.aws;

import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Credentials that AWS gives to where the broker runs: to a container
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html) or to an
/// instance, by IMDSv2 alone
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html).
final class Metadata {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

  /// The addresses of ECS and EKS that AWS lets be asked without TLS.
  private static final List<String> LINK_LOCAL =
      List.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

  private final SourceSettings settings;
  private final ProviderClient container;
  private final ProviderClient instance;

  Metadata(SourceSettings settings) {
    this.settings = settings;
    this.container = new ProviderClient("the container's credentials", Optional.empty());
    this.instance = new ProviderClient("the instance's metadata", Optional.empty());
  }

  /// Those of the container; empty when there is none.
  Optional<AwsCredentials> ofContainer() throws SourceException {
    Optional<String> relative = settings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    Optional<String> whole =
        relative
            .map(path -> "http://169.254.170.2" + path)
            .or(() -> settings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    URI address = settings.address(whole.get());
    if (!SourceSettings.isPrivate(address) && !LINK_LOCAL.contains(address.getHost())) {
      throw Sts.unauthenticated(
          "AWS_CONTAINER_CREDENTIALS_FULL_URI leads elsewhere without TLS", "unset or correct it");
    }
    ProviderRequest request = ProviderRequest.get(address).within(TIMEOUT);
    Optional<String> token = containerToken();
    try (ProviderReply reply =
        container.require(
            token.isPresent() ? request.with("authorization", token.get()) : request)) {
      return Optional.of(credentials(reply));
    }
  }

  private Optional<String> containerToken() throws SourceException {
    Optional<String> file = settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    if (file.isEmpty()) {
      return settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    }
    try {
      return Optional.of(Files.readString(Path.of(file.get())).strip());
    } catch (IOException e) {
      throw Sts.unauthenticated(
          "the container's token in " + file.get() + " cannot be read",
          "see AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    }
  }

  /// Those of the instance; empty when the broker is on none, or on one without a role.
  Optional<AwsCredentials> ofInstance() throws SourceException {
    if (settings.variable("AWS_EC2_METADATA_DISABLED").orElse("").equalsIgnoreCase("true")) {
      return Optional.empty();
    }
    URI base =
        settings.address(
            settings
                .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
                .orElse("http://169.254.169.254"));
    Optional<String> token = instanceToken(base);
    if (token.isEmpty()) {
      return Optional.empty();
    }
    String role;
    try (ProviderReply reply = instance.require(get(base, ROLES, token.get()))) {
      role = XmlElement.text(reply.body()).lines().findFirst().orElse("");
    } catch (SourceException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
    try (ProviderReply reply =
        instance.require(get(base, ROLES + Canonical.encode(role), token.get()))) {
      return Optional.of(credentials(reply));
    }
  }

  private Optional<String> instanceToken(URI base) throws SourceException {
    ProviderRequest request =
        ProviderRequest.of("PUT", URI.create(base + "/latest/api/token"), new byte[0])
            .with("x-aws-ec2-metadata-token-ttl-seconds", "300")
            .within(TIMEOUT);
    ProviderReply answered;
    try {
      answered = instance.send(request);
    } catch (SourceException e) {
      // Nobody is at that address: the broker is on no instance.
      return Optional.empty();
    }
    try (ProviderReply reply = answered) {
      if (reply.status() / 100 == 5) {
        throw instance.refusal(reply, Reason.UNAVAILABLE, "");
      }
      return reply.status() == 200 ? Optional.of(XmlElement.text(reply.body())) : Optional.empty();
    }
  }

  private static ProviderRequest get(URI base, String path, String token) {
    return ProviderRequest.get(URI.create(base + path))
        .with("x-aws-ec2-metadata-token", token)
        .within(TIMEOUT);
  }

  private static AwsCredentials credentials(ProviderReply reply) throws SourceException {
    Optional<String> id = reply.text("/AccessKeyId");
    Optional<String> expires = reply.text("/Expiration");
    Optional<byte[]> key = reply.bytes("/SecretAccessKey");
    Optional<byte[]> token = reply.bytes("/Token");
    try {
      if (id.isPresent() && expires.isPresent() && key.isPresent() && token.isPresent()) {
        return AwsCredentials.session(
            id.get(), key.get(), token.get(), Instant.parse(expires.get()));
      }
    } catch (DateTimeParseException e) {
      // Said below.
    }
    key.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    token.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    throw new SourceException(
        Reason.MALFORMED,
        "the metadata service answered without credentials",
        "see the role that this machine or container has");
  }
}
