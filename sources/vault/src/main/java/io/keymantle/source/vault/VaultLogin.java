package io.keymantle.source.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymantle.source.http.JsonBody;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a source comes by a token: it has one, or it logs in by one of Vault's methods. Everything
/// that proves who it is, is read anew for each login. Thread-safe.
final class VaultLogin {
  private static final String SERVICE_ACCOUNT =
      "/var/run/secrets/kubernetes.io/serviceaccount/token";

  private enum Method {
    TOKEN,
    APPROLE,
    KUBERNETES,
    JWT,
    USERPASS,
    CERT;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final SourceSettings settings;
  private final VaultClient client;
  private final Method method;
  private final String mount;

  VaultLogin(SourceSettings settings, VaultClient client) {
    this.settings = settings;
    this.client = client;
    this.method = method(settings);
    this.mount = settings.text("mount").orElse(method.text());
    if (!mount.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*") || mount.contains("..")) {
      throw settings.refused("its mount is no path", "write mount=approle, without auth/");
    }
    requireComplete();
  }

  private static Method method(SourceSettings settings) {
    String wanted = settings.text("auth").orElse("token");
    return Arrays.stream(Method.values())
        .filter(each -> each.text().equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            settings.refused(
                "there is no login auth=" + wanted,
                "it is one of "
                    + Arrays.stream(Method.values())
                        .map(Method::text)
                        .collect(Collectors.joining(", "))));
  }

  private void requireComplete() {
    switch (method) {
      case TOKEN -> {
        if (!has("token") && settings.text("token-file", "VAULT_TOKEN").isEmpty()) {
          throw settings.refused(
              "it has no token", "give it the login token, set token-file=FILE, or VAULT_TOKEN");
        }
      }
      case APPROLE -> settings.required("role-id", "");
      case KUBERNETES -> settings.required("role", "");
      case JWT -> {
        if (!has("jwt") && settings.text("jwt-file").isEmpty()) {
          throw settings.refused("it has no JWT", "give it the login jwt, or set jwt-file=FILE");
        }
      }
      case USERPASS -> {
        settings.required("username", "");
        if (!has("password")) {
          throw settings.refused("it has no password", "give it the login password");
        }
      }
      case CERT -> settings.required("certificate", "VAULT_CLIENT_CERT");
    }
  }

  private boolean has(String secret) {
    return settings.secrets().containsKey(secret);
  }

  /// @throws SourceException with UNAUTHENTICATED when Vault does not take the login
  VaultToken login() throws SourceException {
    return switch (method) {
      case TOKEN -> present();
      case APPROLE -> {
        JsonBody body = new JsonBody().with("role_id", settings.required("role-id", ""));
        Optional<byte[]> secret = settings.login("secret-id");
        secret.ifPresent(id -> body.with("secret_id", id));
        secret.ifPresent(VaultLogin::wipe);
        yield exchange("/login", body);
      }
      case KUBERNETES -> exchange("/login", jwt(file("jwt-file", SERVICE_ACCOUNT)));
      case JWT -> {
        Optional<byte[]> given = settings.login("jwt");
        yield exchange("/login", jwt(given.isPresent() ? given.get() : file("jwt-file", "")));
      }
      case USERPASS -> {
        byte[] password = settings.login("password").orElseThrow();
        JsonBody body = new JsonBody().with("password", password);
        wipe(password);
        yield exchange("/login/" + settings.required("username", ""), body);
      }
      case CERT -> {
        JsonBody body = new JsonBody();
        settings.text("role").ifPresent(role -> body.with("name", role));
        yield exchange("/login", body);
      }
    };
  }

  private JsonBody jwt(byte[] jwt) {
    JsonBody body = new JsonBody().with("jwt", jwt);
    wipe(jwt);
    settings.text("role").ifPresent(role -> body.with("role", role));
    return body;
  }

  private VaultToken exchange(String path, JsonBody body) throws SourceException {
    ProviderRequest request = client.post("auth/" + mount + path, body.finish());
    try (ProviderReply reply = client.send(request)) {
      if (reply.status() / 100 == 2) {
        return granted(reply);
      }
      if (!List.of(400, 401, 403, 404).contains(reply.status())) {
        throw client.refusal(reply);
      }
      throw new SourceException(
          Reason.UNAUTHENTICATED,
          settings.scheme()
              + " answered "
              + reply.status()
              + " to the login by "
              + method.text()
              + reply.requestId(),
          reply.status() == 404
              ? "see where the login is mounted, and set mount: vault auth list"
              : "renew what " + settings.scheme() + " logs in with: role, secret, or their limits");
    }
  }

  private VaultToken granted(ProviderReply reply) throws SourceException {
    byte[] token =
        reply
            .bytes("/auth/client_token")
            .orElseThrow(() -> VaultClient.malformed(reply, "has no token"));
    return token(
        token,
        VaultClient.seconds(reply, "/auth/lease_duration"),
        reply.text("/auth/renewable").equals(Optional.of("true")));
  }

  /// A token that is there already; Vault says for how long. One that may not ask is used as it is.
  private VaultToken present() throws SourceException {
    VaultToken token = token(tokenBytes(), Optional.empty(), false);
    try (ProviderReply reply = client.send(token.on(client.get("auth/token/lookup-self", "")))) {
      if (reply.status() == 403) {
        return token;
      }
      if (reply.status() / 100 != 2) {
        throw client.refusal(reply);
      }
      return new VaultToken(
          token.header(),
          VaultClient.seconds(reply, "/data/ttl"),
          reply.text("/data/renewable").equals(Optional.of("true")));
    }
  }

  private byte[] tokenBytes() throws SourceException {
    Optional<byte[]> given = settings.login("token");
    if (given.isPresent()) {
      return given.get();
    }
    return settings.text("token-file").isPresent()
        ? file("token-file", "")
        : settings.required("token", "VAULT_TOKEN").getBytes(UTF_8);
  }

  private byte[] file(String setting, String usual) throws SourceException {
    String file = settings.text(setting).orElse(usual);
    try {
      byte[] content = Files.readAllBytes(Path.of(file));
      int length = content.length;
      while (length > 0 && content[length - 1] <= ' ') {
        length--;
      }
      byte[] text = Arrays.copyOf(content, length);
      wipe(content);
      return text;
    } catch (IOException e) {
      throw new SourceException(
          Reason.UNAUTHENTICATED,
          settings.scheme() + " cannot read " + file + " to log in",
          "put it there, readable by the broker, or set " + setting + "=FILE");
    }
  }

  private VaultToken token(byte[] token, Optional<Duration> lease, boolean renewable)
      throws SourceException {
    String header = new String(token, UTF_8);
    wipe(token);
    if (!header.matches("[\\x21-\\x7e]{1,8192}")) {
      throw new SourceException(
          Reason.UNAUTHENTICATED,
          settings.scheme() + " has a token that cannot be one",
          "give it the token alone, without spaces and quotes");
    }
    return new VaultToken(header, lease, renewable);
  }

  private static void wipe(byte[] bytes) {
    Arrays.fill(bytes, (byte) 0);
  }
}
