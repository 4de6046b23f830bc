package io.keymantle.source.kubernetes;

import io.keymantle.source.http.SourceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The cluster of a context of kubeconfig files
/// (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/), as kubectl reads them: of
/// several, the first that has an entry counts, and files are named from where it stands.
///
/// Guarantees: what would run a program, trust anybody, or act as somebody else is refused, not
/// ignored.
///
/// Not guaranteed: that a token or key that stands in such a file is zeroed; it is read as text.
final class Kubeconfig {
  /// Members of a user or cluster that mean another identity or another way than is spoken here.
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("exec", "runs a program to log in"),
          Map.entry("auth-provider", "logs in by a provider's plugin"),
          Map.entry("username", "logs in by password"),
          Map.entry("password", "logs in by password"),
          Map.entry("as", "acts as somebody else"),
          Map.entry("as-uid", "acts as somebody else"),
          Map.entry("as-groups", "acts as somebody else"),
          Map.entry("as-user-extra", "acts as somebody else"),
          Map.entry("proxy-url", "goes by a proxy"));

  private final SourceSettings settings;
  private final List<KubeconfigFile> files;

  /// @param paths those that are not there are passed over
  Kubeconfig(SourceSettings settings, List<Path> paths) {
    this.settings = settings;
    this.files =
        paths.stream()
            .filter(Files::exists)
            .map(path -> KubeconfigFile.read(settings, path))
            .toList();
    if (files.isEmpty()) {
      throw settings.refused(
          "it has no cluster: there is no kubeconfig, and the broker does not run in a pod",
          "set address=https://HOST:6443 with --login token=CREDENTIAL and ca=FILE, or"
              + " kubeconfig=FILE");
    }
  }

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when there is no
  ///   such context, or it cannot be used
  Cluster cluster() {
    String name =
        settings
            .text("context")
            .or(() ->
                files.stream().flatMap(each -> each.text("current-context").stream()).findFirst())
            .orElseThrow(() ->
                settings.refused("its kubeconfig has no current context", "set context=NAME"));
    KubeconfigFile.Entry context = entry("context", name);
    KubeconfigFile.Entry cluster = entry("cluster", required(context, "cluster"));
    KubeconfigFile.Entry user = entry("user", required(context, "user"));
    refuse(cluster);
    refuse(user);
    if (cluster
        .text("insecure-skip-tls-verify")
        .filter(text -> !text.equals("false"))
        .isPresent()) {
      throw settings.refused(
          "its kubeconfig trusts any server (insecure-skip-tls-verify)",
          "put certificate-authority there instead");
    }
    Optional<byte[]> certificate = file(user, "client-certificate");
    Optional<String> token = user.text("token").map(String::strip);
    Optional<Path> tokenFile = user.text("tokenFile").map(user::path);
    if (certificate.isEmpty() && token.isEmpty() && tokenFile.isEmpty()) {
      throw settings.refused(
          "user " + user.name() + " of its kubeconfig has no login", "put a token there");
    }
    Optional<byte[]> key = file(user, "client-key");
    try {
      return new Cluster(
          settings.secureAddress(required(cluster, "server")),
          settings.tls(file(cluster, "certificate-authority"), certificate, key),
          ClusterSettings.serverName(settings, cluster.text("tls-server-name")),
          () ->
              tokenFile.isPresent()
                  ? Optional.of(ClusterSettings.token(tokenFile.get()))
                  : token.map(text -> text.getBytes(StandardCharsets.UTF_8)),
          settings.text("namespace").or(() -> context.text("namespace")).orElse(""));
    } finally {
      key.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    }
  }

  private void refuse(KubeconfigFile.Entry entry) {
    for (String member : REFUSED.keySet()) {
      if (entry.has(member)) {
        throw settings.refused(
            entry.name() + " of its kubeconfig " + REFUSED.get(member) + " (" + member + ")",
            "give it a token of a service account instead: kubectl create token NAME; then set"
                + " address and ca, and --login token=CREDENTIAL");
      }
    }
  }

  private KubeconfigFile.Entry entry(String kind, String name) {
    return files.stream()
        .map(file -> file.entry(kind, name))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() ->
            settings.refused(
                "its kubeconfig has no " + kind + " " + name,
                "see what it has: kubectl config view"));
  }

  private String required(KubeconfigFile.Entry entry, String member) {
    return entry
        .text(member)
        .orElseThrow(() ->
            settings.refused(
                entry.name() + " of its kubeconfig has no " + member,
                "see it: kubectl config view"));
  }

  /// What stands there as data, else in a file.
  private Optional<byte[]> file(KubeconfigFile.Entry entry, String member) {
    Optional<String> data = entry.text(member + "-data");
    try {
      if (data.isPresent()) {
        return Optional.of(Base64.getMimeDecoder().decode(data.get()));
      }
      Optional<String> name = entry.text(member);
      return name.isEmpty()
          ? Optional.empty()
          : Optional.of(Files.readAllBytes(entry.path(name.get())));
    } catch (IllegalArgumentException | IOException e) {
      throw settings.refused(
          member + " of " + entry.name() + " in its kubeconfig cannot be read",
          "let the broker read it");
    }
  }
}
