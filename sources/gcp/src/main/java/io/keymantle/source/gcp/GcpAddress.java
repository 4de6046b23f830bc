package io.keymantle.source.gcp;

import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where a login may be sent. Files with credentials name addresses, and whoever wrote the file
/// would be sent the login: so they have to be Google's, or below the one address that the setting
/// `login-address` says
/// (https://cloud.google.com/docs/authentication/external/externally-sourced-credentials).
record GcpAddress(SourceSettings settings, Optional<URI> another) {
  /// Where tokens are had, and whom an assertion is for.
  static final URI TOKEN = URI.create("https://oauth2.googleapis.com/token");

  /// What files of before name for the same.
  private static final Set<String> TOKEN_BEFORE =
      Set.of(
          "https://accounts.google.com/o/oauth2/token",
          "https://www.googleapis.com/oauth2/v3/token",
          "https://www.googleapis.com/oauth2/v4/token");

  /// The host of a service, the same by mutual TLS, in a region, and by Private Service Connect.
  private static final String HOSTS =
      "SERVICE(\\.mtls)?|[a-z0-9-]+\\.SERVICE(\\.mtls)?|SERVICE\\.[a-z0-9-]+(\\.rep)?"
          + "|[a-z0-9-]+-SERVICE|SERVICE-[a-z0-9-]+\\.p";

  static GcpAddress of(SourceSettings settings) {
    return new GcpAddress(settings, settings.text("login-address").map(settings::secureAddress));
  }

  /// @param named what a file says; empty for Google's
  URI token(Optional<String> named) throws SourceException {
    if (named.isEmpty()
        || named.get().equals(TOKEN.toString())
        || TOKEN_BEFORE.contains(named.get())) {
      return TOKEN;
    }
    return other(named.get());
  }

  /// The exchange of another provider's tokens.
  URI sts(String named) throws SourceException {
    return isService(named, "sts") ? URI.create(named) : other(named);
  }

  /// Where a service account is taken on.
  URI impersonation(String named) throws SourceException {
    boolean its =
        named.matches(
            "https://[^/]+/v1/projects/[^/?#]+/serviceAccounts/[^/?#]+:generateAccessToken");
    return its && isService(named, "iamcredentials") ? URI.create(named) : other(named);
  }

  private static boolean isService(String named, String service) {
    try {
      URI uri = URI.create(named);
      return "https".equals(uri.getScheme())
          && uri.getRawUserInfo() == null
          && uri.getHost() != null
          && (uri.getPort() < 0 || uri.getPort() == 443)
          && Pattern.matches(
              "(" + HOSTS.replace("SERVICE", service) + ")\\.googleapis\\.com",
              uri.getHost().toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private URI other(String named) throws SourceException {
    try {
      URI uri = URI.create(named);
      if (another.isPresent()
          && uri.getRawUserInfo() == null
          && another.get().getScheme().equals(uri.getScheme())
          && another.get().getHost().equalsIgnoreCase(String.valueOf(uri.getHost()))
          && another.get().getPort() == uri.getPort()) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new SourceException(
        Reason.UNAUTHENTICATED,
        "the credentials of "
            + settings.scheme()
            + " name an address that is not Google's; nothing was sent there",
        "take credentials that Google wrote; if the address is right, set login-address to it");
  }

  /// Where another provider's token is fetched: over TLS, on this machine, or from the metadata of
  /// a machine, which no cloud has TLS for.
  URI subject(String named) throws SourceException {
    try {
      URI uri = URI.create(named);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (web
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && (SourceSettings.isPrivate(uri) || uri.getHost().equals("169.254.169.254"))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new SourceException(
        Reason.UNAUTHENTICATED,
        "the credentials of "
            + settings.scheme()
            + " name an address for a token where others could listen",
        "correct credential_source in them: https");
  }
}
