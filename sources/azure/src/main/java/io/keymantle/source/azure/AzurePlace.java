package io.keymantle.source.azure;

import io.keymantle.source.http.SourceSettings;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/// Which vault is asked, and of whom a token for it is had. All of it is said by settings and known
/// clouds, nothing by the vault.
///
/// @param authority where Entra ID is
/// @param resource what tokens are for, such as `https://vault.azure.net`
record AzurePlace(URI vault, URI authority, URI resource) {
  /// Azure's clouds
  /// (https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates).
  private enum Cloud {
    PUBLIC("vault.azure.net", "login.microsoftonline.com"),
    USGOV("vault.usgovcloudapi.net", "login.microsoftonline.us"),
    CHINA("vault.azure.cn", "login.chinacloudapi.cn");

    private final String vaults;
    private final String authority;

    Cloud(String vaults, String authority) {
      this.vaults = vaults;
      this.authority = authority;
    }
  }

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  static AzurePlace of(SourceSettings settings) {
    Cloud cloud = cloud(settings, settings.text("cloud").orElse("public"));
    String named = settings.required("vault", "");
    boolean isName = named.matches("[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]");
    URI vault = settings.secureAddress(isName ? "https://" + named + "." + cloud.vaults : named);
    cloud = cloudOf(vault, cloud);
    URI resource = resource(settings, vault, cloud);
    URI authority =
        settings.secureAddress(
            settings
                .text("authority", "AZURE_AUTHORITY_HOST")
                .map(text -> text.contains("://") ? text : "https://" + text)
                .orElse("https://" + cloud.authority));
    return new AzurePlace(vault, authority, resource);
  }

  private static Cloud cloud(SourceSettings settings, String name) {
    for (Cloud each : Cloud.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
        return each;
      }
    }
    throw settings.refused("there is no cloud of that name", "set cloud to public, usgov or china");
  }

  private static Cloud cloudOf(URI vault, Cloud otherwise) {
    for (Cloud each : Cloud.values()) {
      if (isWithin(vault, each.vaults)) {
        return each;
      }
    }
    return otherwise;
  }

  private static URI resource(SourceSettings settings, URI vault, Cloud cloud) {
    URI resource =
        settings
            .text("resource")
            .map(settings::address)
            .orElse(URI.create("https://" + cloud.vaults));
    if (!isWithin(vault, resource.getHost())) {
      throw settings.refused(
          "its vault is not one of " + resource.getHost(),
          "correct vault and cloud; for a cloud of one's own, set resource=https://DOMAIN");
    }
    return resource;
  }

  /// Whether this is what tokens are had for.
  boolean isResource(URI its) {
    return resource.getHost().equalsIgnoreCase(its.getHost());
  }

  private static boolean isWithin(URI vault, String domain) {
    String host = vault.getHost().toLowerCase(Locale.ROOT);
    String its = domain.toLowerCase(Locale.ROOT);
    return host.equals(its) || host.endsWith("." + its);
  }

  /// The hosts by which the clouds' Entra ID is known, this one's among them.
  boolean isAuthority(String host) {
    return host.equalsIgnoreCase(authority.getHost())
        || List.of(
                "login.microsoftonline.com",
                "login.windows.net",
                "login.microsoft.com",
                "login.microsoftonline.us",
                "login.chinacloudapi.cn",
                "login.partner.microsoftonline.cn")
            .contains(host.toLowerCase(Locale.ROOT));
  }
}
