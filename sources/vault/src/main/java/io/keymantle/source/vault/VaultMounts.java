package io.keymantle.source.vault;

import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which engine a path is in. Vault is asked as its own client asks it before every `kv` command;
/// where it does not say, the setting `kv` does, or what a reference asks for. Engines are
/// remembered until a secret is missing under one. Thread-safe.
final class VaultMounts {
  /// How an engine is read.
  enum Engine {
    KV1,
    KV2,
    TRANSIT,
    PKI,
    OTHER
  }

  /// @param path with a slash at its end
  record Mount(String path, Engine engine) {
    /// What of a path is below the mount.
    String below(String whole) {
      return whole.length() < path.length() ? "" : whole.substring(path.length());
    }
  }

  private final SourceSettings settings;
  private final VaultClient client;
  private final VaultSession session;
  private final Optional<String> kv;
  private final Map<String, Mount> known = new ConcurrentHashMap<>();

  VaultMounts(SourceSettings settings, VaultClient client, VaultSession session) {
    this.settings = settings;
    this.client = client;
    this.session = session;
    this.kv = settings.text("kv");
    if (kv.isPresent() && !kv.get().matches("[12]")) {
      throw settings.refused("its kv is no version", "write kv=1 or kv=2");
    }
  }

  Mount of(VaultReference wanted) throws SourceException {
    // Vault mounts nothing below another mount, so at most one fits.
    for (Mount each : known.values()) {
      if (wanted.path().startsWith(each.path())) {
        return each;
      }
    }
    Mount found = ask(wanted);
    known.put(found.path(), found);
    return found;
  }

  void forget(Mount mount) {
    known.remove(mount.path());
  }

  private Mount ask(VaultReference wanted) throws SourceException {
    String path = wanted.path();
    try (ProviderReply reply =
        session.send(() -> client.get("sys/internal/ui/mounts/" + path, ""))) {
      if (reply.status() == 403 || reply.status() == 404) {
        return assumed(wanted, reply);
      }
      if (reply.status() / 100 != 2) {
        throw client.refusal(reply);
      }
      String mount = reply.text("/data/path").orElse("");
      String type = reply.text("/data/type").orElse("");
      if (!mount.endsWith("/") || type.isEmpty() || !(path + "/").startsWith(mount)) {
        throw VaultClient.malformed(reply, "names no engine");
      }
      return new Mount(mount, engine(type, reply.text("/data/options/version")));
    }
  }

  static Engine engine(String type, Optional<String> version) {
    return switch (type) {
      case "kv", "generic" -> version.equals(Optional.of("2")) ? Engine.KV2 : Engine.KV1;
      case "transit" -> Engine.TRANSIT;
      case "pki" -> Engine.PKI;
      default -> Engine.OTHER;
    };
  }

  private Mount assumed(VaultReference wanted, ProviderReply reply) throws SourceException {
    String mount = wanted.path().substring(0, wanted.path().indexOf('/') + 1);
    if (wanted.parameter("ciphertext").isPresent()) {
      return new Mount(mount, Engine.TRANSIT);
    }
    if (wanted.parameter("common_name").isPresent()) {
      return new Mount(mount, Engine.PKI);
    }
    if (kv.isPresent()) {
      return new Mount(mount, kv.get().equals("2") ? Engine.KV2 : Engine.KV1);
    }
    throw new SourceException(
        Reason.FORBIDDEN,
        settings.scheme()
            + " answered "
            + reply.status()
            + " when asked which engine "
            + mount
            + " is"
            + reply.requestId(),
        "allow this identity to read the secret, or say which it is: kv=1 or kv=2 in the settings"
            + " of "
            + settings.scheme());
  }
}
