package io.keymantle.files;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Credentials inside URLs: a password or token before the `@`, and query parameters whose names
/// OpenClaw takes for secret.
final class SecretUrls {
  private static final Pattern USER_INFORMATION =
      Pattern.compile(
          "[A-Za-z][A-Za-z0-9+.-]{0,31}:[/\\\\]{2}([^\\s/\\\\?#@:]{0,1000})(?::([^\\s/\\\\?#]{0,4000}))?@");

  private static final Pattern PARAMETER =
      Pattern.compile("[?&;#]([^=&#;\\s]{1,100})=([^&#;\\s]{1,8000})");

  private static final int SHORTEST_USER_TOKEN = 16;

  private static final Set<String> SECRET_NAMES =
      Set.of(
          "token",
          "key",
          "api_key",
          "apikey",
          "secret",
          "access_token",
          "auth_token",
          "password",
          "pass",
          "passwd",
          "auth",
          "jwt",
          "session",
          "id_token",
          "code",
          "client_secret",
          "app_secret",
          "hook_token",
          "refresh_token",
          "signature",
          "x_amz_signature",
          "x_amz_security_token",
          "private_key",
          "credential",
          "authorization",
          "sig",
          "x_api_key",
          "x_access_token",
          "x_auth_token");

  private SecretUrls() {}

  /// The first credential in the URLs of a text.
  static Optional<SecretPart> in(String text) {
    if (!text.contains("://") && !text.contains(":\\\\")) {
      return Optional.empty();
    }
    Matcher user = USER_INFORMATION.matcher(text);
    while (user.find()) {
      int group = user.group(2) == null || user.group(2).isEmpty() ? 1 : 2;
      boolean secret = group == 2 || user.group(1).length() >= SHORTEST_USER_TOKEN;
      if (secret && !EnvironmentReference.isWhole(user.group(group))) {
        return Optional.of(
            new SecretPart(user.start(group), user.end(group), "is a URL with a login in it"));
      }
    }
    Matcher parameter = PARAMETER.matcher(text);
    while (parameter.find()) {
      if (isSecretName(parameter.group(1)) && !EnvironmentReference.isWhole(parameter.group(2))) {
        return Optional.of(
            new SecretPart(
                parameter.start(2), parameter.end(2), "is a URL with a secret parameter"));
      }
    }
    return Optional.empty();
  }

  private static boolean isSecretName(String parameter) {
    String name = parameter.toLowerCase(Locale.ROOT).replace('-', '_').replace("%5f", "_");
    return SECRET_NAMES.contains(name) || name.endsWith("token");
  }
}
