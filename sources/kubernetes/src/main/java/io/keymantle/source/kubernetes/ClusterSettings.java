package io.keymantle.source.kubernetes;

import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;

/// Finds the cluster: the one whose `address` is set, else the one that a kubeconfig names, else
/// the one that the broker runs in, else that of the kubeconfig at its usual place.
final class ClusterSettings {
  /// Where a pod finds its own login.
  static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  static final List<String> KNOWN =
      List.of("address", "kubeconfig", "context", "namespace", "token-file", "tls-server-name");

  private static final String HOST = "KUBERNETES_SERVICE_HOST";
  private static final List<String> ONLY_WITH_ADDRESS =
      List.of("ca", "certificate", "key", "token-file", "tls-server-name");

  private final SourceSettings settings;
  private final Path serviceAccount;

  ClusterSettings(SourceSettings settings, Path serviceAccount) {
    this.settings = settings;
    this.serviceAccount = serviceAccount;
  }

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when none is set up
  Cluster find() {
    if (settings.text("address").isPresent()) {
      return atAddress();
    }
    for (String each : ONLY_WITH_ADDRESS) {
      if (settings.text(each).isPresent()) {
        throw settings.refused(
            each + " goes with address, and without that the cluster's own is used",
            "set address=https://HOST:6443 too, or leave " + each + " out");
      }
    }
    if (has("token")) {
      throw settings.refused(
          "the login token goes with address", "set address=https://HOST:6443 too");
    }
    Optional<String> files = settings.text("kubeconfig", "KUBECONFIG");
    if (files.isEmpty() && settings.text("context").isEmpty() && inCluster()) {
      return ownCluster();
    }
    List<Path> kubeconfig =
        files.map(this::paths).orElseGet(() -> List.of(home().resolve(".kube").resolve("config")));
    return new Kubeconfig(settings, kubeconfig).cluster();
  }

  private Cluster atAddress() {
    for (String each : List.of("kubeconfig", "context")) {
      if (settings.text(each).isPresent()) {
        throw settings.refused(each + " does not go with address", "set one of both");
      }
    }
    boolean certificate = settings.text("certificate").isPresent();
    Optional<Path> file = settings.text("token-file").map(this::path);
    if (!has("token") && file.isEmpty() && !certificate) {
      throw settings.refused(
          "it has no login for its address",
          "give it one: --login token=CREDENTIAL, token-file=FILE, or certificate=FILE and"
              + " key=FILE");
    }
    return new Cluster(
        settings.secureAddress(settings.required("address", "")),
        settings.tls(),
        serverName(settings, settings.text("tls-server-name")),
        () ->
            has("token")
                ? settings.login("token")
                : file.isPresent() ? Optional.of(token(file.get())) : Optional.empty(),
        settings.text("namespace").orElse(""));
  }

  /// @throws io.keymantle.domain.RefusedException when that is no name
  static Optional<SNIHostName> serverName(SourceSettings settings, Optional<String> name) {
    try {
      return name.map(SNIHostName::new);
    } catch (IllegalArgumentException e) {
      throw settings.refused("its tls-server-name is no name", "write tls-server-name=HOST");
    }
  }

  private boolean has(String login) {
    return settings.secrets().containsKey(login);
  }

  private boolean inCluster() {
    return settings.variable(HOST).isPresent() && Files.exists(serviceAccount.resolve("token"));
  }

  private Cluster ownCluster() {
    String host = settings.required("address", HOST);
    String port = settings.variable("KUBERNETES_SERVICE_PORT").orElse("443");
    String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    byte[] ca = read(serviceAccount.resolve("ca.crt"));
    String namespace = settings.text("namespace").orElseGet(() -> ownNamespace());
    return new Cluster(
        settings.secureAddress("https://" + authority),
        settings.tls(Optional.of(ca), Optional.empty(), Optional.empty()),
        Optional.empty(),
        () -> Optional.of(token(serviceAccount.resolve("token"))),
        namespace);
  }

  private String ownNamespace() {
    Path file = serviceAccount.resolve("namespace");
    return Files.exists(file) ? new String(read(file), StandardCharsets.UTF_8).strip() : "";
  }

  private Path home() {
    return path(settings.variable("HOME").orElse("/"));
  }

  private List<Path> paths(String list) {
    return Arrays.stream(list.split(File.pathSeparator))
        .filter(each -> !each.isBlank())
        .map(this::path)
        .toList();
  }

  private Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw settings.refused("a file of its settings has no name", "write kubeconfig=FILE");
    }
  }

  private byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw settings.refused(file + " cannot be read", "let the broker read it");
    }
  }

  /// A token out of its file, without the line's end.
  static byte[] token(Path file) throws SourceException {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] <= ' ' && bytes[end - 1] >= 0) {
        end--;
      }
      byte[] token = Arrays.copyOf(bytes, end);
      Arrays.fill(bytes, (byte) 0);
      return token;
    } catch (IOException e) {
      throw new SourceException(
          Reason.UNAUTHENTICATED,
          "the token's file " + file + " cannot be read",
          "let the broker read it, or set another");
    }
  }
}
