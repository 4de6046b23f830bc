package io.keymantle.source.aws;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
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
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Parameter Store of AWS Systems Manager: `aws-ssm:/path/name`, `aws-ssm:/path/name?version=3#key`
/// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html). Values
/// are decrypted. NAME may be an ARN. Thread-safe.
public final class AwsParameterStoreSource implements SecretSource {
  private static final Pattern NAME =
      Pattern.compile("(arn:[a-z0-9-]+:ssm:[^#?]{1,2000})|[A-Za-z0-9/_.-]{1,1011}");
  private static final String TITLE = "AWS Parameter Store";

  private final AwsConnection connection;
  private final AwsService service;

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  public AwsParameterStoreSource(SourceSettings settings, Clock clock) {
    this(settings, clock, ProviderRequest.TIMEOUT);
  }

  AwsParameterStoreSource(SourceSettings settings, Clock clock, Duration timeout) {
    this.connection = AwsConnection.of(settings, clock, timeout);
    this.service = connection.service(TITLE, "ssm", "SSM", "AmazonSSM.");
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
    String form = scheme() + ":/PATH/NAME, with ?version=NUMBER, and #KEY of JSON";
    ItemReference parsed = ItemReference.parse(reference, NAME, List.of("version"), form);
    if (!parsed.chosen().matches("([1-9]\\d{0,8})?")) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION, "a version here is a number", "write " + form);
    }
    return parsed;
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    ItemReference parsed = parse(reference);
    String name =
        parsed.selector().isEmpty() ? parsed.item() : parsed.item() + ":" + parsed.chosen();
    try (ProviderReply reply =
        service.call("GetParameter", Map.of("Name", name, "WithDecryption", true))) {
      byte[] value =
          reply
              .bytes("/Parameter/Value")
              .orElseThrow(() -> AwsConnection.withoutValue(TITLE, reply));
      return connection.value(
          credential, parsed, value, reply.text("/Parameter/Version").orElse(""));
    }
  }

  @Override
  public void test() throws SourceException {
    service.test("DescribeParameters");
  }

  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    Map<String, Object> input =
        under.isEmpty()
            ? Map.of("MaxResults", 50)
            : Map.of(
                "MaxResults",
                50,
                "ParameterFilters",
                List.of(Map.of("Key", "Name", "Option", "BeginsWith", "Values", List.of(under))));
    return service.names("DescribeParameters", input, "/Parameters").stream()
        .filter(name -> name.startsWith(under))
        .map(name -> new SourceReference(scheme(), name))
        .toList();
  }
}
