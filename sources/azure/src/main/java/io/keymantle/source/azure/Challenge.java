package io.keymantle.source.azure;

import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a vault says of the token that it wants, in `WWW-Authenticate`
/// (https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses).
/// Whoever answers in a vault's place could name a tenant and a resource of his own here and be
/// sent a token for it: so it is compared with what the settings say, and not obeyed.
record Challenge(Optional<URI> authorization, Optional<URI> resource) {
  private static final Pattern PARAMETER = Pattern.compile("([a-z_]+)=\"([^\"]{1,512})\"");
  private static final Pattern TENANT = Pattern.compile("/([0-9A-Fa-f-]{36})/?");

  static Challenge of(ProviderReply reply) {
    Optional<URI> authorization = Optional.empty();
    Optional<URI> resource = Optional.empty();
    Matcher parameters = PARAMETER.matcher(reply.header("www-authenticate").orElse(""));
    while (parameters.find()) {
      switch (parameters.group(1)) {
        case "authorization", "authorization_uri" -> authorization = uri(parameters.group(2));
        case "resource", "scope" -> resource = uri(parameters.group(2));
        default -> {}
      }
    }
    return new Challenge(authorization, resource);
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(URI.create(text)).filter(uri -> uri.getHost() != null);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Why a new login would not help; empty when it might.
  Optional<SourceException> whyForeign(AzurePlace place, AzureLogin login, ProviderReply reply) {
    if (resource.isPresent() && !place.isResource(resource.get())) {
      return Optional.of(
          new SourceException(
              Reason.UNTRUSTED,
              "what answers as the vault wants a token for "
                  + resource.get().getHost()
                  + reply.requestId()
                  + "; none was sent",
              "correct vault; if it is right, set resource=https://" + resource.get().getHost()));
    }
    if (authorization.isPresent() && !place.isAuthority(authorization.get().getHost())) {
      return Optional.of(
          new SourceException(
              Reason.UNTRUSTED,
              "what answers as the vault wants a login at "
                  + authorization.get().getHost()
                  + reply.requestId()
                  + "; none was sent",
              "correct vault; if it is right, set authority to that address"));
    }
    return tenant()
        .filter(its -> login.tenant().filter(ours -> isAnother(ours, its)).isPresent())
        .map(its ->
            new SourceException(
                Reason.UNAUTHENTICATED,
                "the vault is of tenant " + its + ", the login of another" + reply.requestId(),
                "set tenant=" + its + ", with an identity of it"));
  }

  /// A tenant may also be named by a domain, which cannot be compared.
  private static boolean isAnother(String ours, String its) {
    return TENANT.matcher("/" + ours).matches() && !ours.equalsIgnoreCase(its);
  }

  private Optional<String> tenant() {
    return authorization
        .map(uri -> TENANT.matcher(String.valueOf(uri.getPath())))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1));
  }
}
