package io.keymantle.source.azure;

import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.Map;
import java.util.Optional;

/// Key Vault's own code for why it refused, such as `Forbidden`, and what that comes to
/// (https://learn.microsoft.com/azure/key-vault/general/rest-error-codes). Its message is not
/// passed on.
///
/// @param code empty when the answer named none that is fit to be shown
/// @param inner what it says more exactly, such as `SecretDisabled`; often empty
/// @param again how many seconds to wait, where it says so
record KeyVaultError(String code, String inner, Optional<String> again, Reason reason) {
  private static final Map<String, Reason> REASONS =
      Map.of(
          "SecretNotFound", Reason.NOT_FOUND,
          "KeyNotFound", Reason.NOT_FOUND,
          "CertificateNotFound", Reason.NOT_FOUND,
          "ResourceNotFound", Reason.NOT_FOUND,
          "Forbidden", Reason.FORBIDDEN,
          "AccessDenied", Reason.FORBIDDEN,
          "Unauthorized", Reason.UNAUTHENTICATED,
          "Throttled", Reason.THROTTLED);

  /// What mends it, by the inner code.
  private static final Map<String, String> FIXES =
      Map.of(
          "SecretDisabled", "enable it: az keyvault secret set-attributes --enabled true",
          "CertificateDisabled", "enable it: az keyvault certificate set-attributes --enabled true",
          "KeyDisabled", "enable it: az keyvault key set-attributes --enabled true",
          "ForbiddenByFirewall", "let the vault's firewall admit the broker's address",
          "ForbiddenByConnection", "reach the vault by its private endpoint",
          "ForbiddenByRbac", "give this identity the role Key Vault Secrets User",
          "ForbiddenByPolicy", "give this identity get (and list) in the vault's access policy",
          "AccessDenied", "give this identity get (and list) in the vault's access policy");

  static KeyVaultError of(ProviderReply reply) {
    String code = word(reply, "/error/code");
    Reason known = REASONS.get(code);
    return new KeyVaultError(
        code,
        word(reply, "/error/innererror/code"),
        reply.header("retry-after").filter(text -> text.matches("\\d{1,5}")),
        known == null ? ProviderReply.reason(reply.status()) : known);
  }

  private static String word(ProviderReply reply, String pointer) {
    try {
      return reply.text(pointer).filter(text -> text.matches("[A-Za-z0-9._-]{1,64}")).orElse("");
    } catch (SourceException e) {
      // No JSON, such as what a proxy answers: its status says enough.
      return "";
    }
  }

  /// Whether the vault knows who asks, and would answer one with a further role.
  boolean isWantOfAPermission() {
    return reason == Reason.FORBIDDEN
        && (inner.equals("AccessDenied")
            || inner.equals("ForbiddenByPolicy")
            || inner.equals("ForbiddenByRbac"));
  }

  SourceException exception(ProviderClient client, ProviderReply reply) {
    return client.refusal(
        reply, reason, code + (inner.isEmpty() ? "" : " " + inner), fix(client.fix(reason)));
  }

  private String fix(String plain) {
    if (reason == Reason.THROTTLED && again.isPresent()) {
      return "wait " + again.get() + " seconds, or raise the limit";
    }
    if (reason == Reason.NOT_FOUND) {
      return plain + "; one that was deleted lately comes back by az keyvault secret recover";
    }
    return FIXES.getOrDefault(inner, plain);
  }
}
