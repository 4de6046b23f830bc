package io.keymantle.source.http;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/// How one source is reached: what a person has set, and what the provider's own clients would take
/// from the environment where nothing was set. Thread-safe.
///
/// @param scheme the source's name in references
/// @param values settings that are no secrets
/// @param secrets the source's own logins, each read anew
/// @param environment the broker's
public record SourceSettings(
    String scheme,
    Map<String, String> values,
    Map<String, Supplier<SecretBytes>> secrets,
    Map<String, String> environment) {
  private static final List<String> COMMON = List.of("ca", "certificate", "key", "ttl");

  public SourceSettings {
    values = Map.copyOf(values);
    secrets = Map.copyOf(secrets);
    environment = Map.copyOf(environment);
  }

  /// Nothing set: what the environment says holds.
  public static SourceSettings ambient(String scheme, Map<String, String> environment) {
    return new SourceSettings(scheme, Map.of(), Map.of(), environment);
  }

  /// The same where each setting that is left out is what a variable of the environment says.
  ///
  /// @param variables by setting
  public SourceSettings withDefaults(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(values);
    variables.forEach((key, name) ->
        variable(name).filter(_ -> text(key).isEmpty()).ifPresent(text -> all.put(key, text)));
    return new SourceSettings(scheme, all, secrets, environment);
  }

  /// @throws RefusedException with `invalid_configuration` when a setting is none of these or of
  ///   those that every source has
  public void requireKnown(List<String> known, List<String> knownSecrets) {
    TreeSet<String> unknown = new TreeSet<>(values.keySet());
    COMMON.forEach(unknown::remove);
    known.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw refused(
          "there is no setting " + unknown.first(),
          "its settings are "
              + String.join(", ", new TreeSet<>(known))
              + ", ca, certificate, key, ttl");
    }
    TreeSet<String> others = new TreeSet<>(secrets.keySet());
    knownSecrets.forEach(others::remove);
    if (!others.isEmpty()) {
      throw refused(
          "there is no secret " + others.first(),
          "its secrets are " + String.join(", ", new TreeSet<>(knownSecrets)));
    }
  }

  public Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key)).filter(text -> !text.isBlank());
  }

  /// What was set, else what a variable of the environment says.
  public Optional<String> text(String key, String variable) {
    return text(key).or(() -> variable(variable));
  }

  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
  }

  /// @throws RefusedException with `invalid_configuration`, naming both ways to set it
  public String required(String key, String variable) {
    return text(key, variable)
        .orElseThrow(() ->
            refused(
                "it has no " + key,
                "keymantle source set "
                    + scheme
                    + " --setting "
                    + key
                    + "=VALUE"
                    + (variable.isEmpty() ? "" : ", or set " + variable)));
  }

  /// An address, without a slash at its end.
  ///
  /// @throws RefusedException with `invalid_configuration` when it is none of http or https, or has
  ///   a login in it
  public URI address(String text) {
    try {
      URI address = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      String its = address.getScheme();
      boolean web = "https".equals(its) || "http".equals(its);
      boolean bare = address.getUserInfo() == null && address.getFragment() == null;
      if (web && bare && address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Said below; the text itself is not repeated, for it may have a login in it.
    }
    throw refused("its address is no address", "write https://HOST[:PORT]");
  }

  /// An address that a login may be sent to: https, or http to this machine.
  ///
  /// @throws RefusedException as [#address], or when others could listen
  public URI secureAddress(String text) {
    URI address = address(text);
    if (!isPrivate(address)) {
      throw refused("its address is not https, so its login could be heard", "write https://HOST");
    }
    return address;
  }

  /// Whether nobody else can listen there: by TLS, or on this machine.
  public static boolean isPrivate(URI address) {
    String host = address.getHost().toLowerCase(Locale.ROOT);
    return "https".equals(address.getScheme())
        || host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  /// The longest that a value of it may be kept.
  public Optional<Duration> ttl() {
    return text("ttl")
        .map(text -> {
          if (!text.matches("[1-9]\\d{0,6}[smhd]")) {
            throw refused("its ttl is no duration", "write 30s, 5m or 1h");
          }
          long number = Long.parseLong(text.substring(0, text.length() - 1));
          return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
        });
  }

  /// The shorter of what the source says and what was set.
  public Optional<Duration> capped(Optional<Duration> goodFor) {
    Optional<Duration> ttl = ttl();
    return goodFor.isEmpty()
        ? ttl
        : ttl.isEmpty() || goodFor.get().compareTo(ttl.get()) < 0 ? goodFor : ttl;
  }

  /// One of its own logins; the caller closes it.
  public Optional<SecretBytes> secret(String key) {
    return Optional.ofNullable(secrets.get(key)).map(Supplier::get);
  }

  /// One of its own logins, to be put into a request; the caller zeroes it.
  public Optional<byte[]> login(String key) {
    return secret(key)
        .map(secret -> {
          try (secret) {
            byte[][] copy = new byte[1][];
            secret.reveal(
                SecretAccess.insecureMint(),
                (bytes, offset, length) ->
                    copy[0] = Arrays.copyOfRange(bytes, offset, offset + length));
            return copy[0];
          }
        });
  }

  /// Whom to trust and who to be, where that was set.
  ///
  /// @throws RefusedException with `invalid_configuration` when a file cannot be used
  public Optional<SSLContext> tls() {
    Optional<byte[]> key = file("key");
    try {
      return tls(file("ca"), file("certificate"), key);
    } finally {
      key.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    }
  }

  private Optional<byte[]> file(String setting) {
    return text(setting)
        .map(name -> {
          try {
            return Files.readAllBytes(Path.of(name));
          } catch (IOException | InvalidPathException e) {
            throw refused("its " + setting + " " + name + " cannot be read", "name a PEM file");
          }
        });
  }

  /// Whom to trust and who to be, as PEM that stands somewhere else; empty for neither.
  ///
  /// @param ca trusted instead of the system's authorities
  /// @param key stays the caller's
  /// @throws RefusedException with `invalid_configuration` when it cannot be used
  public Optional<SSLContext> tls(
      Optional<byte[]> ca, Optional<byte[]> certificate, Optional<byte[]> key) {
    if (certificate.isPresent() != key.isPresent()) {
      throw refused("a certificate goes with its key", "set both, certificate=FILE and key=FILE");
    }
    return ca.isEmpty() && certificate.isEmpty()
        ? Optional.empty()
        : Optional.of(ClientTls.context(this, ca, certificate, key));
  }

  /// Whom to trust, where that was set, without a certificate of one's own: where that is shown by
  /// other means than TLS.
  ///
  /// @throws RefusedException as [#tls]
  public Optional<SSLContext> trust() {
    return tls(file("ca"), Optional.empty(), Optional.empty());
  }

  /// A refusal that names the source.
  public RefusedException refused(String message, String fix) {
    return RefusedException.of(
        ErrorCode.INVALID_CONFIGURATION, "source " + scheme + ": " + message, fix);
  }

  @Override
  public String toString() {
    return "[settings of " + scheme + "]";
  }
}
