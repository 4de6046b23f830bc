package io.keymantle.source.vault;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.JsonBody;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import io.keymantle.source.vault.VaultMounts.Engine;
import io.keymantle.source.vault.VaultMounts.Mount;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// HashiCorp Vault or OpenBao: `vault:secret/app#password` of a KV engine of either version,
/// `vault:transit/decrypt/KEY?ciphertext=…`, `vault:pki/issue/ROLE?common_name=…#private_key`, and
/// whatever another engine gives for a GET, such as `vault:database/creds/ROLE#password`.
///
/// Settings and logins are in docs/sources/vault.md. Thread-safe.
public final class VaultSource implements SecretSource {
  private static final List<String> SETTINGS =
      List.of(
          "address",
          "namespace",
          "auth",
          "mount",
          "token-file",
          "role-id",
          "role",
          "jwt-file",
          "username",
          "kv");
  private static final List<String> LOGINS = List.of("token", "secret-id", "jwt", "password");

  /// What Vault's own client takes from the environment.
  private static final Map<String, String> VARIABLES =
      Map.of(
          "address", "VAULT_ADDR",
          "namespace", "VAULT_NAMESPACE",
          "ca", "VAULT_CACERT",
          "certificate", "VAULT_CLIENT_CERT",
          "key", "VAULT_CLIENT_KEY");

  private final SourceSettings settings;
  private final InstantSource clock;
  private final VaultClient client;
  private final VaultSession session;
  private final VaultMounts mounts;

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when a setting is
  ///   unknown, missing or cannot be
  public VaultSource(SourceSettings settings) {
    this(settings, Clock.systemUTC(), ProviderRequest.TIMEOUT);
  }

  /// @param timeout of one call
  VaultSource(SourceSettings given, InstantSource clock, Duration timeout) {
    given.requireKnown(SETTINGS, LOGINS);
    this.settings = given.withDefaults(VARIABLES);
    this.clock = clock;
    this.client = new VaultClient(settings, timeout);
    this.session = new VaultSession(client, new VaultLogin(settings, client), clock);
    this.mounts = new VaultMounts(settings, client, session);
  }

  @Override
  public String scheme() {
    return settings.scheme();
  }

  @Override
  public void check(SourceReference reference) {
    VaultReference.parse(reference);
  }

  @Override
  public void test() throws SourceException {
    session.test();
  }

  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    return new VaultBrowser(scheme(), client, session, mounts).browse(under);
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    VaultReference wanted = VaultReference.parse(reference);
    Mount mount = mounts.of(wanted);
    try (ProviderReply reply = session.send(() -> request(mount, wanted))) {
      if (reply.status() == 404) {
        mounts.forget(mount);
        throw missing(mount, wanted, reply);
      }
      if (reply.status() / 100 != 2) {
        throw client.refusal(reply);
      }
      return value(credential, mount, wanted, reply);
    }
  }

  private ProviderRequest request(Mount mount, VaultReference wanted) {
    String below = mount.below(wanted.path());
    if (decrypts(mount, wanted) || issues(mount, wanted)) {
      JsonBody form = new JsonBody();
      wanted.parameters().forEach(form::with);
      return client.post(wanted.path(), form.finish());
    }
    return switch (mount.engine()) {
      case KV2 -> client.get(mount.path() + "data/" + below, version(wanted, "version"));
      case KV1 -> client.get(wanted.path(), version(wanted, ""));
      case TRANSIT, PKI, OTHER -> client.get(wanted.path(), wanted.query());
    };
  }

  private static boolean decrypts(Mount mount, VaultReference wanted) {
    return mount.engine() == Engine.TRANSIT && mount.below(wanted.path()).startsWith("decrypt/");
  }

  private static boolean issues(Mount mount, VaultReference wanted) {
    return mount.engine() == Engine.PKI && mount.below(wanted.path()).startsWith("issue/");
  }

  /// @param known the parameter that the engine has; empty for none
  private String version(VaultReference wanted, String known) {
    for (String each : wanted.parameters().keySet()) {
      if (!each.equals(known)) {
        throw settings.refused(
            "an engine of this kind has no " + each,
            known.isEmpty() ? "leave it out" : "leave it out, or write ?" + known + "=2");
      }
    }
    return wanted.query();
  }

  private SourceException missing(Mount mount, VaultReference wanted, ProviderReply reply) {
    if (mount.engine() == Engine.KV2) {
      try {
        Optional<String> version = reply.text("/data/metadata/version");
        if (version.isPresent()) {
          return new SourceException(
              Reason.NOT_FOUND,
              wanted.path() + " is deleted in version " + version.get() + request(reply),
              "name another with ?version=N, or vault kv undelete");
        }
      } catch (SourceException e) {
        // Not in Vault's form; then nothing more is known than that it is not there.
      }
    }
    return client.refusal(reply);
  }

  private SourceValue value(
      CredentialName credential, Mount mount, VaultReference wanted, ProviderReply reply)
      throws SourceException {
    byte[] bytes =
        decrypts(mount, wanted)
            ? VaultField.ofPlaintext(reply, wanted)
            : VaultField.of(reply, mount.engine() == Engine.KV2 ? "/data/data" : "/data", wanted);
    if (bytes.length == 0 || bytes.length > SecretBytes.MAX_LENGTH) {
      boolean empty = bytes.length == 0;
      Arrays.fill(bytes, (byte) 0);
      throw new SourceException(
          empty ? Reason.NOT_FOUND : Reason.FAILED,
          "the value of "
              + wanted.path()
              + (empty ? " is empty" : " is longer than " + SecretBytes.MAX_LENGTH + " bytes")
              + request(reply),
          empty ? "put the value there" : "name one key of it: #KEY");
    }
    try {
      String version = version(mount, wanted, reply);
      Optional<Duration> goodFor = settings.capped(goodFor(mount, wanted, reply));
      return new SourceValue(SecretBytes.copyOf(credential.value(), bytes), version, goodFor);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /// For the ledger: which version, which lease or which certificate it was.
  private static String version(Mount mount, VaultReference wanted, ProviderReply reply)
      throws SourceException {
    if (decrypts(mount, wanted)) {
      String[] parts = wanted.parameter("ciphertext").orElse("").split(":", 3);
      return parts.length == 3 ? parts[1] : "";
    }
    return switch (mount.engine()) {
      case KV2 -> reply.text("/data/metadata/version").orElse("");
      case PKI -> reply.text("/data/serial_number").orElse("");
      case KV1, TRANSIT, OTHER -> reply.text("/lease_id").orElse("");
    };
  }

  /// The lease, or the rest of a certificate's life.
  private Optional<Duration> goodFor(Mount mount, VaultReference wanted, ProviderReply reply)
      throws SourceException {
    Optional<Duration> lease = VaultClient.seconds(reply, "/lease_duration");
    if (!issues(mount, wanted)) {
      return lease;
    }
    Optional<Duration> end =
        VaultClient.seconds(reply, "/data/expiration")
            .map(since -> since.minusSeconds(clock.instant().getEpochSecond()));
    if (end.isPresent() && !end.get().isPositive()) {
      throw new SourceException(
          Reason.FAILED,
          "the certificate has ended already" + request(reply),
          "set the clock of this machine, or ask for a longer ttl");
    }
    return end.isPresent() && (lease.isEmpty() || end.get().compareTo(lease.get()) < 0)
        ? end
        : lease;
  }

  /// Vault names a request in the body of what it gives.
  private static String request(ProviderReply reply) {
    try {
      return reply
          .text("/request_id")
          .filter(id -> id.matches("[A-Za-z0-9-]{1,64}"))
          .map(id -> " (request " + id + ")")
          .orElse(reply.requestId());
    } catch (SourceException e) {
      return reply.requestId();
    }
  }
}
