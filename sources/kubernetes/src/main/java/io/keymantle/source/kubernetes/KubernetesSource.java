package io.keymantle.source.kubernetes;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Kubernetes Secrets: `k8s:NAMESPACE/NAME/KEY`, `k8s:NAMESPACE/NAME` for all keys as JSON, of the
/// cluster that the broker runs in or of another
/// (https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/).
///
/// Settings and logins are in docs/sources/kubernetes.md. Thread-safe.
public final class KubernetesSource implements SecretSource {
  private final SourceSettings settings;
  private final KubernetesClient client;

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when a setting is
  ///   unknown or cannot be, or there is no cluster
  public KubernetesSource(SourceSettings settings) {
    this(settings, ClusterSettings.SERVICE_ACCOUNT, ProviderRequest.TIMEOUT);
  }

  /// @param serviceAccount where a pod finds its own login
  /// @param timeout of one request
  KubernetesSource(SourceSettings settings, Path serviceAccount, Duration timeout) {
    settings.requireKnown(ClusterSettings.KNOWN, List.of("token"));
    this.settings = settings;
    this.client =
        new KubernetesClient(
            settings.scheme(), new ClusterSettings(settings, serviceAccount)::find, timeout);
  }

  @Override
  public String scheme() {
    return settings.scheme();
  }

  @Override
  public void check(SourceReference reference) {
    SecretPath.parse(reference);
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    SecretPath wanted = SecretPath.parse(reference);
    try (ProviderReply reply = client.get(wanted.path())) {
      if (reply.status() / 100 != 2) {
        throw client.refusal(
            reply,
            "allow it there, and bind the role: kubectl create role keymantle --verb=get"
                + " --resource=secrets --resource-name="
                + wanted.name()
                + " --namespace="
                + wanted.namespace());
      }
      if (!reply.text("/kind").equals(Optional.of("Secret"))) {
        throw KubernetesClient.malformed(reply, "is no Secret");
      }
      return wanted
          .item()
          .value(
              credential,
              SecretData.of(reply, wanted),
              version(reply),
              settings.capped(Optional.empty()));
    }
  }

  /// For the ledger: which object it was, since a name may be used again, and which state of it.
  private static String version(ProviderReply reply) throws SourceException {
    return reply.text("/metadata/uid").orElse("")
        + "/"
        + reply.text("/metadata/resourceVersion").orElse("");
  }

  /// Asks whether it might read Secrets, which every identity may ask. The answer does not count,
  /// since it may be allowed some of them only; nor does being forbidden to ask, which is said only
  /// to whom the server knows.
  @Override
  public void test() throws SourceException {
    byte[] question =
        ("{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\","
                + "\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"secrets\"}}}")
            .getBytes(StandardCharsets.US_ASCII);
    try (ProviderReply reply =
        client.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", question)) {
      if (reply.status() / 100 == 2) {
        if (!reply.text("/kind").equals(Optional.of("SelfSubjectAccessReview"))) {
          throw KubernetesClient.malformed(reply, "is none of an API server");
        }
        return;
      }
      SourceException why = client.refusal(reply);
      if (why.reason() != Reason.FORBIDDEN) {
        throw why;
      }
    }
  }

  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    return new SecretNames(client)
        .browse(under).stream().map(name -> new SourceReference(scheme(), name)).toList();
  }
}
