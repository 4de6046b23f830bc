package io.keymantle.source.gcp;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Google Cloud Secret Manager: `gcp-sm:NAME`, `gcp-sm:NAME?version=3#key`,
/// `gcp-sm:projects/P/secrets/NAME`, `gcp-sm:projects/P/locations/L/secrets/NAME`
/// (https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access).
/// Settings and logins are in docs/sources/gcp.md. Thread-safe.
public final class GcpSecretManagerSource implements SecretSource {
  private static final List<String> SETTINGS =
      List.of("project", "location", "endpoint", "credentials-file", "login-address");
  private static final List<String> LOGINS = List.of("credentials");

  private final SourceSettings settings;
  private final SecretManager secrets;

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  public GcpSecretManagerSource(SourceSettings settings, Clock clock) {
    this(settings, clock, ProviderRequest.TIMEOUT);
  }

  /// @param timeout of one call
  GcpSecretManagerSource(SourceSettings settings, Clock clock, Duration timeout) {
    settings.requireKnown(SETTINGS, LOGINS);
    this.settings = settings;
    this.secrets = new SecretManager(settings, clock, timeout);
  }

  @Override
  public String scheme() {
    return settings.scheme();
  }

  @Override
  public void check(SourceReference reference) {
    GcpReference.parse(reference);
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    GcpReference wanted = GcpReference.parse(reference);
    try (ProviderReply reply = secrets.access(wanted)) {
      String name = reply.text("/name").orElse("");
      return wanted
          .item()
          .value(
              credential,
              payload(reply),
              name.substring(name.lastIndexOf('/') + 1),
              settings.capped(Optional.empty()));
    }
  }

  private static byte[] payload(ProviderReply reply) throws SourceException {
    byte[] encoded =
        reply.bytes("/payload/data").orElseThrow(() -> malformed(reply, "without a value"));
    byte[] value;
    try {
      value = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw malformed(reply, "with a value that is no base64");
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
    CRC32C sum = new CRC32C();
    sum.update(value);
    // Google gives it with each version that was made since it has it.
    Optional<String> said = reply.text("/payload/dataCrc32c");
    if (said.isPresent() && !said.get().equals(Long.toString(sum.getValue()))) {
      Arrays.fill(value, (byte) 0);
      throw malformed(reply, "with a value that does not have its checksum");
    }
    return value;
  }

  private static SourceException malformed(ProviderReply reply, String what) {
    return new SourceException(
        Reason.MALFORMED,
        SecretManager.TITLE + " answered " + what + reply.requestId(),
        "see whether endpoint is its address, and read it again");
  }

  @Override
  public void test() throws SourceException {
    secrets.test();
  }

  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    return secrets.names(under).stream().map(name -> new SourceReference(scheme(), name)).toList();
  }
}
