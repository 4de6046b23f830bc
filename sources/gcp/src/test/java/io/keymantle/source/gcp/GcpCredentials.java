package io.keymantle.source.gcp;

import io.keymantle.source.http.Pem;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/// Credentials as Google and gcloud write them, for a [FakeGcp].
final class GcpCredentials {
  private GcpCredentials() {}

  /// A service account's key.
  ///
  /// @param more members that are added, or replace others
  static String key(FakeGcp gcp, Map<String, Object> more) {
    return write(
        Map.of(
            "type",
            "service_account",
            "project_id",
            "my-project",
            "private_key_id",
            FakeGcpLogins.KEY_ID,
            "private_key",
            new String(Pem.write(gcp.logins().keys().getPrivate()), StandardCharsets.US_ASCII),
            "client_email",
            FakeGcpLogins.ACCOUNT,
            "auth_uri",
            "https://accounts.google.com/o/oauth2/auth",
            "token_uri",
            gcp.address() + "/token",
            "universe_domain",
            "googleapis.com"),
        more);
  }

  /// What `gcloud auth application-default login` writes.
  static String user(FakeGcp gcp, Map<String, Object> more) {
    return write(
        Map.of(
            "type", "authorized_user",
            "client_id", "gcloud",
            "client_secret", "canary-client-secret",
            "refresh_token", FakeGcpLogins.REFRESH_TOKEN,
            "quota_project_id", "paying-project",
            "token_uri", gcp.address() + "/token"),
        more);
  }

  /// What `gcloud iam workload-identity-pools create-cred-config` writes.
  static String external(FakeGcp gcp, Map<String, Object> source, Map<String, Object> more) {
    return write(
        Map.of(
            "type",
            "external_account",
            "audience",
            FakeGcpLogins.AUDIENCE,
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:jwt",
            "token_url",
            gcp.address() + "/v1/token",
            "credential_source",
            source),
        more);
  }

  static String impersonationUrl(FakeGcp gcp) {
    return gcp.address()
        + "/v1/projects/-/serviceAccounts/"
        + FakeGcpLogins.ACCOUNT
        + ":generateAccessToken";
  }

  static String write(Map<String, Object> members, Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(members);
    all.putAll(more);
    return new ObjectMapper().writeValueAsString(all);
  }
}
