package io.keymantle.server;

import io.keymantle.source.aws.AwsParameterStoreSource;
import io.keymantle.source.aws.AwsSecretsManagerSource;
import io.keymantle.source.azure.AzureKeyVaultSource;
import io.keymantle.source.doppler.DopplerSource;
import io.keymantle.source.gcp.GcpSecretManagerSource;
import io.keymantle.source.keychain.KeychainSource;
import io.keymantle.source.kubernetes.KubernetesSource;
import io.keymantle.source.onepassword.OnePasswordSource;
import io.keymantle.source.vault.VaultSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/// The kinds of sources outside the home that can be set up.
final class SourceKinds {
  /// By the name that a person gives to `keymantle source set --kind`.
  static final Map<String, ConnectedSources.Kind> ALL =
      Map.ofEntries(
          Map.entry("1password", settings -> new OnePasswordSource(settings, Clock.systemUTC())),
          Map.entry("aws-sm", settings -> new AwsSecretsManagerSource(settings, Clock.systemUTC())),
          Map.entry(
              "aws-ssm", settings -> new AwsParameterStoreSource(settings, Clock.systemUTC())),
          Map.entry(
              "azure-kv",
              settings -> new AzureKeyVaultSource(settings, Clock.systemUTC(), new SecureRandom())),
          Map.entry("doppler", settings -> new DopplerSource(settings, Clock.systemUTC())),
          Map.entry("gcp-sm", settings -> new GcpSecretManagerSource(settings, Clock.systemUTC())),
          Map.entry("keychain", KeychainSource::new),
          Map.entry("k8s", KubernetesSource::new),
          Map.entry("vault", VaultSource::new));

  private SourceKinds() {}
}
