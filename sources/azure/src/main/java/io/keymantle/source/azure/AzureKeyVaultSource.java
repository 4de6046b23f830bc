package io.keymantle.source.azure;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.azure.AzureReference.Kind;
import io.keymantle.source.http.ItemReference;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Azure Key Vault: `azure-kv:NAME` and `azure-kv:secret/NAME`, `azure-kv:certificate/NAME` with
/// its private key, `azure-kv:cert/NAME` without, `azure-kv:key/NAME` for the public half of a key
/// (https://learn.microsoft.com/rest/api/keyvault/). Settings and logins are in
/// docs/sources/azure.md. Thread-safe.
public final class AzureKeyVaultSource implements SecretSource {
  private static final List<String> SETTINGS =
      List.of(
          "vault", "cloud", "authority", "resource", "auth", "tenant", "client-id", "token-file");
  private static final List<String> LOGINS = List.of("client-secret", "client-certificate");

  private final SourceSettings settings;
  private final Clock clock;
  private final KeyVault vault;

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  public AzureKeyVaultSource(SourceSettings settings, Clock clock, RandomGenerator random) {
    this(settings, clock, random, ProviderRequest.TIMEOUT);
  }

  /// @param timeout of one call
  AzureKeyVaultSource(
      SourceSettings settings, Clock clock, RandomGenerator random, Duration timeout) {
    settings.requireKnown(SETTINGS, LOGINS);
    this.settings = settings;
    this.clock = clock;
    AzurePlace place = AzurePlace.of(settings);
    this.vault =
        new KeyVault(
            place,
            settings,
            new AzureLogin(settings, place, clock, random, timeout),
            clock,
            timeout);
  }

  @Override
  public String scheme() {
    return settings.scheme();
  }

  @Override
  public void check(SourceReference reference) {
    AzureReference.parse(reference);
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    AzureReference wanted = AzureReference.parse(reference);
    try (ProviderReply reply = vault.get(wanted.path())) {
      Optional<Duration> goodFor = goodFor(wanted, reply);
      String id = reply.text(wanted.kind() == Kind.KEY ? "/key/kid" : "/id").orElse("");
      ItemReference item =
          switch (wanted.kind()) {
            case SECRET, KEY -> wanted.item();
            case CERTIFICATE, PUBLIC -> wanted.whole();
          };
      return item.value(
          credential,
          value(wanted, reply),
          id.substring(id.lastIndexOf('/') + 1),
          settings.capped(goodFor));
    }
  }

  private static byte[] value(AzureReference wanted, ProviderReply reply) throws SourceException {
    return switch (wanted.kind()) {
      case SECRET -> reply.bytes("/value").orElseThrow(() -> malformed(reply, "without a value"));
      case CERTIFICATE -> {
        byte[] value = reply.bytes("/value").orElseThrow(() -> malformed(reply, "without a value"));
        try {
          yield CertificateValue.of(wanted, value, reply.text("/contentType").orElse(""));
        } finally {
          Arrays.fill(value, (byte) 0);
        }
      }
      case PUBLIC -> {
        byte[] encoded =
            reply.bytes("/cer").orElseThrow(() -> malformed(reply, "without a certificate"));
        try {
          yield CertificateValue.ofPublic(wanted, Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException e) {
          throw malformed(reply, "with a certificate that is none");
        }
      }
      case KEY -> reply.whole("/key").orElseThrow(() -> malformed(reply, "without a key"));
    };
  }

  /// How long it is good for. Key Vault itself gives what has expired, and what is not to be used
  /// yet, to whoever asks: it leaves that to its clients.
  private Optional<Duration> goodFor(AzureReference wanted, ProviderReply reply)
      throws SourceException {
    Instant now = clock.instant();
    Optional<Instant> start = moment(reply, "/attributes/nbf");
    if (start.isPresent() && now.isBefore(start.get())) {
      throw unusable(wanted, reply, "is not to be used before " + start.get());
    }
    Optional<Instant> end = moment(reply, "/attributes/exp");
    if (end.isPresent() && !now.isBefore(end.get())) {
      throw unusable(wanted, reply, "expired at " + end.get());
    }
    return end.map(its -> Duration.between(now, its));
  }

  private static Optional<Instant> moment(ProviderReply reply, String pointer)
      throws SourceException {
    return reply
        .text(pointer)
        .filter(text -> text.matches("\\d{1,11}"))
        .map(text -> Instant.ofEpochSecond(Long.parseLong(text)));
  }

  private static SourceException unusable(AzureReference wanted, ProviderReply reply, String what) {
    return new SourceException(
        Reason.FORBIDDEN,
        wanted.name() + " " + what + reply.requestId(),
        "renew it, or correct its dates at " + KeyVault.TITLE);
  }

  private static SourceException malformed(ProviderReply reply, String what) {
    return new SourceException(
        Reason.MALFORMED,
        KeyVault.TITLE + " answered " + what + reply.requestId(),
        "see whether vault is its address");
  }

  @Override
  public void test() throws SourceException {
    vault.test();
  }

  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    return vault.names(under).stream().map(name -> new SourceReference(scheme(), name)).toList();
  }
}
