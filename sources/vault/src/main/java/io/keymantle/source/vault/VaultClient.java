package io.keymantle.source.vault;

import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Calls of one Vault, in one namespace, and what its refusals mean. Thread-safe.
final class VaultClient {
  private final String scheme;
  private final URI address;
  private final Optional<String> namespace;
  private final Duration timeout;
  private final ProviderClient client;

  /// @param timeout of one call
  VaultClient(SourceSettings settings, Duration timeout) {
    this.scheme = settings.scheme();
    this.address = settings.secureAddress(settings.required("address", "VAULT_ADDR"));
    this.namespace = settings.text("namespace");
    if (namespace.isPresent() && !namespace.get().matches("[\\x21-\\x7e]{1,256}")) {
      throw settings.refused("its namespace is no name", "write namespace=team/project");
    }
    this.timeout = timeout;
    this.client = new ProviderClient(scheme, settings.tls());
  }

  ProviderRequest get(String path, String query) {
    return call("GET", path, query, new byte[0]);
  }

  ProviderRequest list(String path) {
    return call("LIST", path, "", new byte[0]);
  }

  /// @param body ownership goes over
  ProviderRequest post(String path, byte[] body) {
    return call("POST", path, "", body).with("content-type", "application/json");
  }

  /// The header X-Vault-Request is what an agent in between may insist on.
  private ProviderRequest call(String method, String path, String query, byte[] body) {
    String steps =
        Arrays.stream(path.split("/", -1))
            .map(VaultReference::encoded)
            .collect(Collectors.joining("/"));
    ProviderRequest request =
        ProviderRequest.of(method, URI.create(address + "/v1/" + steps + query), body)
            .with("x-vault-request", "true")
            .within(timeout);
    return namespace.isEmpty() ? request : request.with("x-vault-namespace", namespace.get());
  }

  /// The caller closes the reply, whatever its status.
  ProviderReply send(ProviderRequest request) throws SourceException {
    return client.send(request);
  }

  /// What a reply that is no 2xx means. Nothing of its text is repeated: Vault quotes what it was
  /// given.
  SourceException refusal(ProviderReply reply) {
    String errors = errors(reply);
    Reason reason = reason(reply.status(), errors);
    for (Map.Entry<String, Known> each : known().entrySet()) {
      if (errors.contains(each.getKey())) {
        return new SourceException(
            reason,
            scheme
                + " answered "
                + reply.status()
                + ": "
                + each.getValue().words()
                + reply.requestId(),
            each.getValue().fix());
      }
    }
    return client.refusal(reply, reason, "");
  }

  private record Known(String words, String fix) {}

  private static Map<String, Known> known() {
    Map<String, Known> known = new LinkedHashMap<>();
    known.put("Vault is sealed", new Known("it is sealed", "vault operator unseal"));
    known.put(
        "no handler for route",
        new Known("no engine is mounted there", "see what is: vault secrets list"));
    known.put(
        "encryption key not found",
        new Known("transit has no such key", "see which it has: vault list transit/keys"));
    known.put(
        "invalid ciphertext",
        new Known("the ciphertext is none of this key", "encrypt the value with this key"));
    known.put(
        "message authentication failed",
        new Known("the ciphertext is none of this key", "encrypt the value with this key"));
    known.put("unknown role", new Known("there is no such role", "name one that is there"));
    return known;
  }

  private static Reason reason(int status, String errors) {
    return switch (status) {
      case 400 -> errors.contains("missing client token") ? Reason.UNAUTHENTICATED : Reason.FAILED;
      // A node that has not yet caught up with the others.
      case 412 -> Reason.UNAVAILABLE;
      default -> ProviderReply.reason(status);
    };
  }

  private static String errors(ProviderReply reply) {
    try {
      return String.join("\n", reply.names("/errors"));
    } catch (SourceException e) {
      // Not in Vault's form: something in between answered, and the status says what.
      return "";
    }
  }

  static SourceException malformed(ProviderReply reply, String what) {
    return new SourceException(
        Reason.MALFORMED,
        "the answer" + reply.requestId() + " " + what,
        "see whether the address is Vault's");
  }

  /// A number of seconds that Vault states, such as a lease; none when it is 0.
  static Optional<Duration> seconds(ProviderReply reply, String pointer) throws SourceException {
    Optional<String> text = reply.text(pointer);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.get().matches("\\d{1,12}")) {
      throw malformed(reply, "has no number of seconds at " + pointer);
    }
    return Optional.of(Duration.ofSeconds(Long.parseLong(text.get()))).filter(Duration::isPositive);
  }
}
