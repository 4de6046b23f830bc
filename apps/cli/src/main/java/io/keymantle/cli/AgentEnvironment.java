package io.keymantle.cli;

import io.keymantle.sandbox.AgentProfile;
import io.keymantle.sandbox.GatewayRoute;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The variables of an agent under `run`: the caller's without the secrets that the broker knows,
/// the gateway as proxy, the local root for the usual clients, and broker tokens.
///
/// Guarantees: no value of a credential that the broker holds, as a whole or within other text. Not
/// guaranteed: secrets that the broker does not know; those that look like some are named.
final class AgentEnvironment {
  private static final List<String> PROXY_VARIABLES =
      List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy");

  /// Each takes a bundle of roots that replaces the client's own.
  private static final List<String> BUNDLE_VARIABLES =
      List.of(
          "SSL_CERT_FILE",
          "CURL_CA_BUNDLE",
          "REQUESTS_CA_BUNDLE",
          "GIT_SSL_CAINFO",
          "PIP_CERT",
          "CARGO_HTTP_CAINFO",
          "AWS_CA_BUNDLE",
          "HTTPLIB2_CA_CERTS",
          "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
          "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
          "NIX_SSL_CERT_FILE");

  /// The broker's own, with which an agent could log in as a person or make the halves of sessions.
  private static final Set<String> OF_BROKER =
      Set.of("KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD", "KEYMANTLE_SESSION_SECRET");

  private final Map<String, String> inherited;
  private final RunGrant grant;
  private final TrustFiles trust;
  private final Path nodeHook;
  private final Set<String> removed;

  private AgentEnvironment(
      Map<String, String> inherited,
      RunGrant grant,
      TrustFiles trust,
      Path nodeHook,
      Set<String> removed) {
    this.inherited = inherited;
    this.grant = grant;
    this.trust = trust;
    this.nodeHook = nodeHook;
    this.removed = removed;
  }

  /// @param folder where the files that clients trust by are kept
  /// @throws io.keymantle.domain.RefusedException when it cannot be told which variables hold
  ///   values
  static AgentEnvironment prepare(
      Map<String, String> environment, BrokerClient broker, RunGrant grant, Path folder)
      throws IOException {
    Map<String, String> caller = new HashMap<>(environment);
    caller.keySet().removeAll(grant.tokens().keySet());
    Set<String> known = new TreeSet<>(KnownSecrets.variables(caller, broker, grant));
    OF_BROKER.stream().filter(caller::containsKey).forEach(known::add);
    caller.keySet().removeAll(known);
    TrustFiles trust = TrustFiles.of(folder, grant.broker().certificate(), environment);
    return new AgentEnvironment(caller, grant, trust, NodeHook.write(folder), known);
  }

  /// The caller's variables that the agent does not get, by name.
  List<String> removed() {
    return new ArrayList<>(removed);
  }

  /// Variables that look like secrets and that the broker does not know, by name.
  List<String> suspicious() {
    return AmbientSecrets.names(inherited);
  }

  /// What an isolated agent finds under [AgentProfile#FILES].
  Map<String, Path> files() {
    Map<String, Path> files = new HashMap<>(trust.files());
    files.put(NodeHook.NAME, nodeHook);
    return files;
  }

  /// For an agent as this user.
  Map<String, String> shared() {
    String authority = grant.broker().gateway().getAuthority();
    String proxy = "http://" + grant.agent() + ":" + grant.token() + "@" + authority;
    Map<String, String> variables =
        common(
            proxy,
            trust.bundle().toString(),
            grant.broker().certificate().toString(),
            trust.keyStore().toString(),
            nodeHook.toString(),
            grant.broker().gateway().getHost(),
            grant.broker().gateway().getPort());
    variables.put("KEYMANTLE_API", grant.broker().api().toString());
    variables.put(AgentClient.TOKEN_VARIABLE, grant.token());
    return variables;
  }

  /// For an isolated agent, whose every connection is introduced by the relay.
  Map<String, String> isolated() {
    Map<String, String> variables =
        common(
            GatewayRoute.PROXY_URL,
            AgentProfile.FILES + "/" + TrustFiles.BUNDLE,
            AgentProfile.FILES + "/" + TrustFiles.CERTIFICATE,
            AgentProfile.FILES + "/" + TrustFiles.KEY_STORE,
            AgentProfile.FILES + "/" + NodeHook.NAME,
            "127.0.0.1",
            GatewayRoute.PORT);
    variables.put("KEYMANTLE_API", GatewayRoute.PROXY_URL);
    variables.put(AgentClient.TOKEN_VARIABLE, grant.token());
    return variables;
  }

  private Map<String, String> common(
      String proxy,
      String bundle,
      String certificate,
      String keyStore,
      String nodeHook,
      String host,
      int port) {
    Map<String, String> variables = new HashMap<>(inherited);
    PROXY_VARIABLES.forEach(name -> variables.put(name, proxy));
    variables.put("NO_PROXY", "");
    variables.put("no_proxy", "");
    BUNDLE_VARIABLES.forEach(name -> variables.put(name, bundle));
    variables.put("NODE_EXTRA_CA_CERTS", certificate);
    variables.put("DENO_CERT", certificate);
    variables.put("NODE_USE_ENV_PROXY", "1");
    variables.put(
        "NODE_OPTIONS", NodeHook.options(inherited.getOrDefault("NODE_OPTIONS", ""), nodeHook));
    // git asks without credentials first, and for them in a terminal, unless told.
    variables.put("GIT_HTTP_PROXY_AUTHMETHOD", "basic");
    variables.put("JAVA_TOOL_OPTIONS", javaOptions(keyStore, host, port));
    variables.putAll(grant.tokens());
    return variables;
  }

  /// The command that sets a lost variable again within `run`, from those that are left.
  static String restoring(String variable, Map<String, String> left) {
    String bundle =
        BUNDLE_VARIABLES.stream()
            .map(name -> left.getOrDefault(name, ""))
            .filter(each -> !each.isEmpty())
            .findFirst()
            .orElse(AgentProfile.FILES + "/" + TrustFiles.BUNDLE);
    String value = bundle;
    if (variable.equals("JAVA_TOOL_OPTIONS")) {
      URI gateway = URI.create(left.getOrDefault("HTTPS_PROXY", GatewayRoute.PROXY_URL));
      value = javaOptions(TrustFiles.keyStoreBeside(bundle), gateway.getHost(), gateway.getPort());
    }
    return "export " + variable + "=" + Finding.quoted(value);
  }

  private static String javaOptions(String keyStore, String host, int port) {
    return "-Dhttps.proxyHost="
        + host
        + " -Dhttps.proxyPort="
        + port
        + " -Dhttp.proxyHost="
        + host
        + " -Dhttp.proxyPort="
        + port
        + " -Dhttp.nonProxyHosts= -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStore="
        + keyStore;
  }
}
