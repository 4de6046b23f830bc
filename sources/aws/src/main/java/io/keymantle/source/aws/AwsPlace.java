package io.keymantle.source.aws;

import io.keymantle.source.http.SourceSettings;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Which region is asked, and at which address each of its services is.
record AwsPlace(SourceSettings settings, String region) {
  private static final List<String> SETTINGS =
      List.of(
          "region", "endpoint", "sts-endpoint", "profile", "role", "external-id", "access-key-id");
  private static final List<String> SECRETS = List.of("secret-access-key", "session-token");

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  static AwsPlace of(SourceSettings settings, Profiles profiles) {
    settings.requireKnown(SETTINGS, SECRETS);
    String region =
        settings
            .text("region", "AWS_REGION")
            .or(() -> settings.variable("AWS_DEFAULT_REGION"))
            .or(() -> profiles.text(profiles.name(), "region"))
            .orElseGet(() -> settings.required("region", "AWS_REGION"));
    if (!region.matches("[a-z0-9-]{1,32}")) {
      throw settings.refused("its region is none", "write it as in eu-central-1");
    }
    return new AwsPlace(settings, region);
  }

  /// @param key the setting that names another address
  /// @param service as in AWS's host names
  /// @param variable what AWS's own clients call it, as in `SECRETS_MANAGER`
  URI endpoint(String key, String service, String variable) {
    Optional<URI> named =
        settings
            .text(key, "AWS_ENDPOINT_URL_" + variable)
            .or(() -> settings.variable("AWS_ENDPOINT_URL"))
            .map(settings::secureAddress);
    return URI.create(
        named.map(URI::toString).orElse("https://" + service + "." + region + "." + domain())
            + "/");
  }

  /// AWS's partitions (https://docs.aws.amazon.com/general/latest/gr/rande.html).
  private String domain() {
    return region.startsWith("cn-")
        ? "amazonaws.com.cn"
        : region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
  }
}
