package io.keymantle.source.aws;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ItemReference;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceValue;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// AWS Secrets Manager: `aws-sm:NAME`, `aws-sm:NAME?stage=AWSPREVIOUS#key`,
/// `aws-sm:NAME?version=ID`
/// (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html). NAME
/// may be an ARN. Thread-safe.
public final class AwsSecretsManagerSource implements SecretSource {
  private static final Pattern NAME =
      Pattern.compile("(arn:[a-z0-9-]+:secretsmanager:[^#?]{1,2000})|[A-Za-z0-9/_+=.@-]{1,512}");
  private static final String TITLE = "AWS Secrets Manager";

  private final AwsConnection connection;
  private final AwsService service;

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  public AwsSecretsManagerSource(SourceSettings settings, Clock clock) {
    this(settings, clock, ProviderRequest.TIMEOUT);
  }

  AwsSecretsManagerSource(SourceSettings settings, Clock clock, Duration timeout) {
    this.connection = AwsConnection.of(settings, clock, timeout);
    this.service =
        connection.service(TITLE, "secretsmanager", "SECRETS_MANAGER", "secretsmanager.");
  }

  @Override
  public String scheme() {
    return connection.settings().scheme();
  }

  @Override
  public void check(SourceReference reference) {
    parse(reference);
  }

  private ItemReference parse(SourceReference reference) {
    return ItemReference.parse(
        reference,
        NAME,
        List.of("stage", "version"),
        scheme() + ":NAME, with ?stage=AWSPREVIOUS or ?version=ID, and #KEY of JSON");
  }

  /// The stage is always said: what holds without one is not the same at all that speak this API.
  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    ItemReference parsed = parse(reference);
    Map<String, Object> input =
        switch (parsed.selector()) {
          case "version" -> Map.of("SecretId", parsed.item(), "VersionId", parsed.chosen());
          case "stage" -> Map.of("SecretId", parsed.item(), "VersionStage", parsed.chosen());
          default -> Map.of("SecretId", parsed.item(), "VersionStage", "AWSCURRENT");
        };
    try (ProviderReply reply = service.call("GetSecretValue", input)) {
      return connection.value(
          credential, parsed, value(reply), reply.text("/VersionId").orElse(""));
    }
  }

  private static byte[] value(ProviderReply reply) throws SourceException {
    Optional<byte[]> text = reply.bytes("/SecretString");
    if (text.isPresent()) {
      return text.get();
    }
    byte[] binary =
        reply.bytes("/SecretBinary").orElseThrow(() -> AwsConnection.withoutValue(TITLE, reply));
    try {
      return Base64.getDecoder().decode(binary);
    } catch (IllegalArgumentException e) {
      throw AwsConnection.withoutValue(TITLE, reply);
    } finally {
      Arrays.fill(binary, (byte) 0);
    }
  }

  @Override
  public void test() throws SourceException {
    service.test("ListSecrets");
  }

  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    Map<String, Object> input =
        under.isEmpty()
            ? Map.of("MaxResults", 100)
            : Map.of(
                "MaxResults",
                100,
                "Filters",
                List.of(Map.of("Key", "name", "Values", List.of(under))));
    return service.names("ListSecrets", input, "/SecretList").stream()
        .filter(name -> name.startsWith(under))
        .map(name -> new SourceReference(scheme(), name))
        .toList();
  }
}
